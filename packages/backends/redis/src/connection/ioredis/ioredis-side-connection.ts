import type { SideConnection, SideSettings } from "../client-port.ts";
import { guardReplies } from "../replies/guard-replies.ts";
import { MESSAGE_LIMITS } from "../replies/reply-limits.ts";
import type { IoredisServer } from "./ioredis-client.ts";

/** The part of a duplicate `Redis` that is used. */
interface Duplicate {
  readonly stream?: { unref(): unknown } | undefined;
  connect(): Promise<void>;
  call(command: string, ...words: string[]): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  ping(): Promise<unknown>;
  disconnect(): void;
  on(event: "error", listener: (error: unknown) => void): unknown;
  on(event: "connect" | "close" | "end", listener: () => void): unknown;
  on(event: "messageBuffer", listener: (channel: Buffer, message: unknown) => void): unknown;
}

/** Settings of a connection that is used once. RESP2, since ioredis drops tracking messages in RESP3. */
const SETTINGS = {
  protocol: 2,
  lazyConnect: true,
  keyPrefix: "",
  enableReadyCheck: false,
  disableClientInfo: true,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: null,
  sentinelRetryStrategy: null,
  reconnectOnError: null,
  commandTimeout: undefined,
  socketTimeout: undefined,
  disconnectTimeout: 100,
  monitor: false,
  readOnly: false,
  stringNumbers: false,
};

export class IoredisSideConnection implements SideConnection {
  readonly #client: Duplicate;
  #error: unknown;

  constructor(server: IoredisServer, { timeout, heard, over }: SideSettings) {
    const settings = { ...SETTINGS, ...sameServer(server), connectTimeout: timeout };
    const client = server.duplicate(settings) as Duplicate;
    this.#client = guardReplies(client, MESSAGE_LIMITS);
    this.#client.on("error", (error) => {
      this.#error = error;
    });
    this.#client.on("connect", () => void this.#client.stream?.unref());
    for (const event of ["close", "end"] as const) this.#client.on(event, () => over?.());
    this.#client.on("messageBuffer", (channel, message) => heard?.(channel.toString(), message));
  }

  /** ioredis' own error says that the connection is closed; the reason comes by its event. */
  async connect(): Promise<void> {
    try {
      await this.#client.connect();
    } catch (error) {
      throw this.#error ?? error;
    }
  }

  call(command: string, ...words: string[]): Promise<unknown> {
    return this.#client.call(command, ...words);
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    await this.#client.subscribe(...channels);
  }

  ping(): Promise<unknown> {
    return this.#client.ping();
  }

  close(): void {
    this.#client.disconnect();
  }
}

/**
 * Where the client's own connection leads, if sentinels have told it. They are not asked once more: one that
 * hangs would hold up every side connection, and another could name another server.
 */
function sameServer({ options, stream }: IoredisServer): object {
  if (!options?.sentinels || stream?.remoteAddress === undefined) return {};
  const { servername } = stream;
  const tls = options.enableTLSForSentinelMode && { ...(servername && { servername }), ...options.tls };
  return { sentinels: null, host: stream.remoteAddress, port: stream.remotePort, tls: tls || undefined };
}
