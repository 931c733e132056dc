// The messages of `@hitbox/cache` that spans are made of. An application may be without that package.

export interface ActivityMessage<End> {
  readonly cache: string;
  readonly namespace: string;
  readonly entity: string;
  readonly key: string | undefined;
  runBy(around: <R>(run: () => R) => R): void;
  whenEnded(listener: (end: End) => void): void;
}

export interface CallEnd {
  readonly status: "hit" | "stale" | "miss" | "collapsed" | undefined;
  readonly waitedFor: readonly object[];
  readonly error: unknown;
}

export interface CallMessage extends ActivityMessage<CallEnd> {
  readonly operation: string;
}

export interface LoadEnd {
  readonly outcome: string;
  readonly error: unknown;
}

export interface LoadingMessage extends ActivityMessage<LoadEnd> {
  readonly load: object;
  readonly isRefresh: boolean;
}
