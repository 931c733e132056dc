/** What is called of an ioredis client (5 or 6), a `Redis` or a `Cluster`, and nothing else. */
export interface RedisClient {
  /** `wait`, `connecting`, `connect`, `ready`, `close`, `reconnecting`, `disconnecting` or `end`. */
  readonly status: string;
  readonly options?:
    | {
        readonly keyPrefix?: string | undefined;
        /** Of a `Redis`. */
        readonly host?: string | undefined;
        readonly port?: number | undefined;
        /** Of a `Cluster`: who is asked when something is read. */
        readonly scaleReads?: unknown;
      }
    | undefined;
  readonly isCluster?: boolean | undefined;
  connect(): Promise<void>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  getBuffer(key: string): Promise<Buffer | null>;
  mgetBuffer(keys: string[]): Promise<(Buffer | null)[]>;
  set(key: string, value: Buffer): Promise<unknown>;
  set(key: string, value: Buffer, unit: "PX", milliseconds: string): Promise<unknown>;
  strlen(key: string): Promise<number>;
  unlink(keys: (string | Buffer)[]): Promise<number>;
  scanBuffer(
    cursor: string,
    match: "MATCH",
    pattern: string,
    count: "COUNT",
    keys: number,
  ): Promise<[cursor: Buffer, keys: Buffer[]]>;
  /** For `evalsha` and `eval`. */
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  pipeline(): RedisPipeline;
}

/** A connection to one server. */
export interface RedisServerClient extends RedisClient {
  /** The socket, once there is one. */
  readonly stream?: { readonly writable: boolean; cork(): void; uncork(): void } | undefined;
  cluster(subcommand: "NODES"): Promise<unknown>;
}

/** What is called of an ioredis `Cluster` besides. */
export interface RedisClusterClient extends RedisClient {
  /** For every slot its servers, master first, each as `host:port`. */
  readonly slots: readonly (readonly string[])[];
  nodes(role?: "all" | "master"): readonly RedisServerClient[];
  /** Asks the nodes for their slots. Calls back when that is done, or has failed. */
  refreshSlotsCache(callback?: (error?: Error | null) => void): void;
}

/** Commands that travel together. `exec` resolves with one reply or error for each. */
export interface RedisPipeline {
  set(key: string, value: Buffer): unknown;
  set(key: string, value: Buffer, unit: "PX", milliseconds: string): unknown;
  strlen(key: string): unknown;
  unlink(keys: string[]): unknown;
  exec(): Promise<[error: Error | null, reply: unknown][] | null>;
}

const CALLED: readonly (keyof RedisClient)[] = [
  "connect",
  "on",
  "off",
  "getBuffer",
  "mgetBuffer",
  "set",
  "strlen",
  "unlink",
  "scanBuffer",
  "callBuffer",
  "pipeline",
];
const CALLED_OF_CLUSTERS: readonly (keyof RedisClusterClient)[] = ["nodes", "refreshSlotsCache"];

/** Whether `client` has every command that is called: false for clients of other libraries. */
export function isRedisClient(client: unknown): client is RedisClient {
  if (typeof client !== "object" || client === null) return false;
  const members = client as Record<string, unknown>;
  const called = members.isCluster ? [...CALLED, ...CALLED_OF_CLUSTERS] : CALLED;
  return typeof members.status === "string" && called.every((name) => typeof members[name] === "function");
}

export function isCluster(client: RedisClient): client is RedisClusterClient {
  return client.isCluster === true;
}
