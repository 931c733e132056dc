/** What is called of an ioredis client (5 or 6) for one server, and nothing else. */
export interface RedisClient {
  /** `wait`, `connecting`, `connect`, `ready`, `close`, `reconnecting` or `end`. */
  readonly status: string;
  readonly options?: { readonly keyPrefix?: string | undefined } | undefined;
  /** The socket, once there is one. */
  readonly stream?: { readonly writable: boolean } | undefined;
  readonly isCluster?: boolean | undefined;
  connect(): Promise<void>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  getBuffer(key: string): Promise<Buffer | null>;
  mgetBuffer(keys: string[]): Promise<(Buffer | null)[]>;
  set(key: string, value: Buffer): Promise<unknown>;
  set(key: string, value: Buffer, unit: "PX", milliseconds: string): Promise<unknown>;
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
  "unlink",
  "scanBuffer",
  "callBuffer",
  "pipeline",
];

/** Whether `client` has every command that is called: false for clients of other libraries. */
export function isRedisClient(client: unknown): client is RedisClient {
  if (typeof client !== "object" || client === null) return false;
  const methods = client as Record<string, unknown>;
  return typeof methods.status === "string" && CALLED.every((name) => typeof methods[name] === "function");
}
