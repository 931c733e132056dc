/** The part of an ioredis (5 or 6) or iovalkey client, `Redis` or `Cluster`, that this adapter uses. */
export interface IoredisClient {
  /** `wait`, `connecting`, `connect`, `ready`, `close`, `reconnecting`, `disconnecting` or `end`. */
  readonly status: string;
  readonly options?:
    | {
        readonly keyPrefix?: string | undefined;
        readonly enableAutoPipelining?: boolean | undefined;
        /** Of a `Redis`. */
        readonly host?: string | undefined;
        readonly port?: number | undefined;
        /** Of a `Redis` whose master sentinels name. */
        readonly sentinels?: readonly unknown[] | null | undefined;
        readonly enableTLSForSentinelMode?: boolean | undefined;
        readonly tls?: object | undefined;
        /** Of a `Cluster`: the servers that answer reads. */
        readonly scaleReads?: unknown;
      }
    | undefined;
  readonly isCluster?: boolean | undefined;
  connect(): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  getBuffer(key: string): Promise<Buffer | null>;
  mgetBuffer(keys: string[]): Promise<(Buffer | null)[]>;
  set(key: string, value: Buffer): Promise<unknown>;
  set(key: string, value: Buffer, unit: "PX", milliseconds: string): Promise<unknown>;
  strlen(key: string): Promise<number>;
  unlink(keys: (string | Buffer)[]): Promise<number>;
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  pipeline(): IoredisPipeline;
}

/** A `Redis`. */
export interface IoredisServer extends IoredisClient {
  /** The socket, once there is one. */
  readonly stream?: IoredisStream | undefined;
  scanBuffer(
    cursor: string,
    match: "MATCH",
    pattern: string,
    count: "COUNT",
    keys: number,
  ): Promise<[cursor: Buffer, keys: Buffer[]]>;
  call(command: string, ...words: string[]): Promise<unknown>;
  duplicate(settings: object): unknown;
}

/** The socket of a client, with TLS or without. */
export interface IoredisStream {
  readonly writable: boolean;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  /** The name for which the server has a certificate, if it was asked for one. */
  readonly servername?: string | false | null | undefined;
  cork(): void;
  uncork(): void;
}

/** A `Cluster`. */
export interface IoredisCluster extends IoredisClient {
  /** For every slot its servers, master first, each as `host:port`. */
  readonly slots: readonly (readonly string[])[];
  nodes(role?: "all" | "master"): readonly unknown[];
  /** Asks the nodes for their slots. Calls back when that is done, or has failed. */
  refreshSlotsCache(callback?: (error?: Error | null) => void): void;
}

/** Commands that travel together. `exec` resolves with one reply or error for each. */
export interface IoredisPipeline {
  strlen(key: string): unknown;
  unlink(keys: string[]): unknown;
  callBuffer(command: string, ...args: (string | Buffer)[]): unknown;
  exec(): Promise<[error: Error | null, reply: unknown][] | null>;
}

const CALLED: readonly (keyof IoredisClient)[] = [
  "connect",
  "on",
  "off",
  "getBuffer",
  "mgetBuffer",
  "set",
  "strlen",
  "unlink",
  "callBuffer",
  "pipeline",
];
const CALLED_OF_SERVERS: readonly (keyof IoredisServer)[] = ["scanBuffer", "call", "duplicate"];
const CALLED_OF_CLUSTERS: readonly (keyof IoredisCluster)[] = ["nodes", "refreshSlotsCache"];

/** True if `client` has every method that is called: false for clients of other libraries. */
export function isIoredis(client: unknown): client is IoredisServer | IoredisCluster {
  if (typeof client !== "object" || client === null) return false;
  const members = client as Record<string, unknown>;
  const called = [...CALLED, ...(members.isCluster ? CALLED_OF_CLUSTERS : CALLED_OF_SERVERS)];
  return typeof members.status === "string" && called.every((name) => typeof members[name] === "function");
}

export function isIoredisCluster(client: IoredisClient): client is IoredisCluster {
  return client.isCluster === true;
}
