import { BackendError, type Origin } from "@hitbox/core";
import { classify } from "./classify.ts";
import { ClusterNodes } from "./cluster-nodes.ts";
import { followed, type Keys, type OwnChanges } from "./coherence/own-change.ts";
import { type Answer, Deadline } from "./deadline.ts";
import { FirstConnection } from "./first-connection.ts";
import { isCluster, type RedisClient, type RedisServerClient } from "./redis-client.ts";

/** What one operation sends, and what it makes of the reply. */
export interface Exchange<T, R> extends Answer<T, R> {
  /** The key in Redis that the command is about; undefined where there is none, or more than one. */
  readonly key?: string | undefined;
  /** Whose entries the command changes, as `read` takes keys; undefined where it changes none. */
  readonly changes?: Keys | undefined;
  /** For whom it changes them. */
  readonly origin?: Origin | undefined;
  /** Called once at most, while the client is ready: ioredis then writes at once and queues nothing. */
  send(client: RedisClient): Promise<T>;
}

/** The statuses of a client on its way to its first connection. */
const CONNECTING: ReadonlySet<string> = new Set(["wait", "connecting", "connect"]);

/**
 * A client's connection, whatever its settings: an operation settles within the deadline. It waits for the first
 * connection; once that has been made or has failed, an operation fails at once while there is none, since a
 * command that ioredis queues may be executed minutes later, over a newer value.
 *
 * A `Cluster` is connected as long as one of its nodes is: what is asked of a node that is away fails alone. Its
 * redirections are followed by ioredis itself, within the deadline.
 */
export class Connection {
  readonly client: RedisClient;
  readonly #timeout: number;
  readonly #deadline: Deadline;
  readonly #lastError: () => unknown;
  readonly #first: FirstConnection;
  readonly #nodes: ClusterNodes | undefined;
  #attempted = false;
  #changes: OwnChanges | undefined;

  constructor(client: RedisClient, timeout: number, lastError: () => unknown) {
    this.client = client;
    this.#timeout = timeout;
    this.#deadline = new Deadline(timeout, () => this.#late());
    this.#lastError = lastError;
    this.#first = new FirstConnection(client);
    this.#nodes = isCluster(client) ? new ClusterNodes(client) : undefined;
  }

  /** From now on tells `changes` how exchanges that change entries have ended. */
  tell(changes: OwnChanges): void {
    this.#changes = changes;
  }

  run<T, R>(exchange: Exchange<T, R>): Promise<R> {
    const { changes } = exchange;
    if (changes === undefined || this.#changes === undefined) return this.#run(exchange);
    return this.#run(followed(changes, exchange, this.#changes));
  }

  #run<T, R>(exchange: Exchange<T, R>): Promise<R> {
    if (this.isReady) {
      this.#attempted = true;
      return this.#nodes === undefined
        ? this.#deadline.limit(exchange.send(this.client), exchange)
        : this.#runInCluster(this.#nodes, exchange);
    }
    if (!CONNECTING.has(this.client.status) || this.#hasFailed) this.#attempted = true;
    return this.#attempted ? Promise.reject(this.#down()) : this.#runWhenConnected(exchange);
  }

  /** Also false while a connection that has ended is still called ready: ioredis would queue. */
  get isReady(): boolean {
    const { status, stream } = this.client as RedisServerClient;
    return status === "ready" && stream?.writable !== false;
  }

  // One that asks sentinels goes on asking, and never says that it is not connecting. In a cluster, failures may be of a
  // few nodes.
  get #hasFailed(): boolean {
    return this.#nodes === undefined && this.#lastError() !== undefined;
  }

  #runInCluster<T, R>(nodes: ClusterNodes, exchange: Exchange<T, R>): Promise<R> {
    const { key } = exchange;
    if (nodes.isAway(key)) return Promise.reject(away());
    const result = this.#deadline.limit(exchange.send(this.client), exchange);
    result.catch((error: unknown) => nodes.failed(key, error));
    return result;
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

function away(): BackendError {
  return new BackendError("connection", "the node of this key could not be reached a moment ago");
}
