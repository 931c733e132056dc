import type { CoherentClient, SubscriberClient } from "./coherent-client.ts";

/** What a subscription hears. */
export interface Subscriber {
  heard(channel: string, message: unknown): void;
  /** The connection has ended. May be called more than once. */
  over(): void;
}

/**
 * The settings of a connection that is used once: its loss is final, and another is opened. RESP2, since ioredis drops
 * what a server says of tracking in RESP3.
 */
const SETTINGS = {
  protocol: 2,
  lazyConnect: true,
  keyPrefix: "",
  enableReadyCheck: false,
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

/** A connection of our own, to the server and with the login of `server`. It holds no process open. */
export class Subscription {
  readonly server: CoherentClient;
  readonly #client: SubscriberClient;

  constructor(server: CoherentClient, timeout: number, subscriber: Subscriber) {
    this.server = server;
    const settings = { ...SETTINGS, connectTimeout: timeout };
    this.#client = server.duplicate(settings) as SubscriberClient;
    this.#client.on("error", () => {});
    this.#client.on("connect", () => void this.#client.stream?.unref());
    this.#client.on("close", () => subscriber.over());
    this.#client.on("end", () => subscriber.over());
    this.#client.on("messageBuffer", (channel, message) => subscriber.heard(channel.toString(), message));
  }

  /** Resolves with the connection's client id when it is subscribed. */
  async open(channels: readonly string[]): Promise<string> {
    await this.#client.connect();
    const id = String(await this.#client.call("CLIENT", "ID"));
    await this.#client.subscribe(...channels);
    return id;
  }

  ping(): Promise<unknown> {
    return this.#client.ping();
  }

  close(): void {
    this.#client.disconnect();
  }
}
