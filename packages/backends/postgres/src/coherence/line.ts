/** Receives the messages of a line. */
export interface Hearing {
  heard(message: string): void;
  /** The line has broken, or did so for a moment. May be called more than once. */
  over(): void;
}

/** A connection on which the messages of a channel arrive. */
export interface Line {
  /** Resolves if the server answers on this connection. Undefined: only a message can tell. */
  readonly ping?: (() => PromiseLike<unknown>) | undefined;
  close(): void;
}

/** Opens a line on which all messages from then on are heard. */
export type OpenLine = (channel: string, hearing: Hearing) => Promise<Line>;
