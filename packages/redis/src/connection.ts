import { BackendError } from "@hitbox/core";
import { classify } from "./classify.ts";
import { type Answer, Deadline } from "./deadline.ts";
import { FirstConnection } from "./first-connection.ts";
import type { RedisClient } from "./redis-client.ts";

/** What one operation sends, and what it makes of the reply. */
export interface Exchange<T, R> extends Answer<T, R> {
  /** Called once at most, while the client is ready: ioredis then writes at once and queues nothing. */
  send(client: RedisClient): Promise<T>;
}

/** The statuses of a client on its way to its first connection. */
const CONNECTING: ReadonlySet<string> = new Set(["wait", "connecting", "connect"]);

/**
 * A client's connection, whatever its settings: an operation settles within the deadline. It waits for the first
 * connection; once that has been made or has failed, an operation fails at once while there is none, since a
 * command that ioredis queues may be executed minutes later, over a newer value.
 */
export class Connection {
  readonly client: RedisClient;
  readonly #timeout: number;
  readonly #deadline: Deadline;
  readonly #lastError: () => unknown;
  readonly #first: FirstConnection;
  #attempted = false;

  constructor(client: RedisClient, timeout: number, lastError: () => unknown) {
    this.client = client;
    this.#timeout = timeout;
    this.#deadline = new Deadline(timeout, () => this.#late());
    this.#lastError = lastError;
    this.#first = new FirstConnection(client);
  }

  run<T, R>(exchange: Exchange<T, R>): Promise<R> {
    if (this.isReady) {
      this.#attempted = true;
      return this.#deadline.limit(exchange.send(this.client), exchange);
    }
    if (!CONNECTING.has(this.client.status)) this.#attempted = true;
    return this.#attempted ? Promise.reject(this.#down()) : this.#runWhenConnected(exchange);
  }

  /** Also false while a connection that has ended is still called ready: ioredis would queue. */
  get isReady(): boolean {
    const { status, stream } = this.client;
    return status === "ready" && stream?.writable !== false;
  }

  #runWhenConnected<T, R>(exchange: Exchange<T, R>): Promise<R> {
    const wait = this.#first.join();
    let isLate = false;
    const reply = wait.over.then(() => {
      this.#attempted = true;
      if (isLate || !this.isReady) throw this.#down();
      return exchange.send(this.client);
    });
    const lost = (): void => {
      isLate = true;
      wait.leave();
      exchange.lost?.();
    };
    if (this.client.status === "wait") this.client.connect().catch(() => {});
    return this.#deadline.limit(reply, { take: (value: T) => exchange.take(value), lost });
  }

  #late(): BackendError {
    if (!this.isReady) return this.#down();
    return new BackendError("timeout", `no answer within ${this.#timeout} ms`);
  }

  #down(): BackendError {
    const cause = this.#lastError();
    const code = (cause === undefined ? undefined : classify(cause)) ?? "connection";
    const why = cause instanceof Error ? `: ${cause.message}` : "";
    return new BackendError(code, `not connected (client status "${this.client.status}")${why}`, { cause });
  }
}
