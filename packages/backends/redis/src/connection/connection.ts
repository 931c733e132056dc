import { BackendError, outside } from "@hitbox/core";
import { classify } from "./classify.ts";
import type { ClientPort } from "./client-port.ts";
import { ClusterNodes } from "./cluster-nodes.ts";
import { type Command, followed } from "./command.ts";
import { Deadline, type ReplyHandler } from "./deadline.ts";
import { FirstConnection } from "./first-connection.ts";
import type { OwnChanges } from "./own-changes.ts";
import { isRefusal } from "./refusal.ts";
import { safeError } from "./safe-error.ts";

/** Why there is no connection, as far as known. */
export interface Reasons {
  /** The last failure to connect. */
  readonly lastError: unknown;
  /** An answer of the server that is missing, while an attempt is under way. */
  readonly waitsFor: string | undefined;
}

const UNKNOWN: Reasons = { lastError: undefined, waitsFor: undefined };

/**
 * A client's connection, whatever the client's settings: an operation settles within the deadline. It waits
 * for the first connection. Once that has been made or has failed, an operation fails at once while there
 * is none: a command that a client queues may be executed minutes later, over a newer value.
 *
 * A cluster is connected as long as one of its nodes is: commands for a node that is away fail alone. The
 * client itself follows redirections, within the deadline.
 */
export class Connection {
  readonly port: ClientPort;
  /** Milliseconds for each operation. */
  readonly timeout: number;
  readonly #deadline: Deadline;
  readonly #reasons: Reasons;
  readonly #first: FirstConnection;
  readonly #nodes: ClusterNodes | undefined;
  #attempted = false;
  #changes: OwnChanges | undefined;

  constructor(port: ClientPort, timeout: number, reasons: Reasons = UNKNOWN) {
    this.port = port;
    this.timeout = timeout;
    this.#deadline = new Deadline(timeout, () => this.#late(), failureOf);
    this.#reasons = reasons;
    this.#first = new FirstConnection(port);
    this.#nodes = port.topology === "cluster" ? new ClusterNodes(port) : undefined;
  }

  /** From now on tells `changes` how commands that change entries have ended. */
  tell(changes: OwnChanges): void {
    this.#changes = changes;
  }

  run<T, R>(command: Command<T, R>): Promise<R> {
    const { changes } = command;
    if (changes === undefined || this.#changes === undefined) return this.#run(command);
    return this.#run(followed(changes, command, this.#changes));
  }

  get isReady(): boolean {
    return this.port.state === "ready";
  }

  #run<T, R>(command: Command<T, R>): Promise<R> {
    const { state } = this.port;
    if (state === "ready") {
      this.#attempted = true;
      return this.#nodes === undefined
        ? this.#deadline.limit(command.send(this.port), command)
        : this.#runInCluster(this.#nodes, command);
    }
    if (state === "down" || this.#hasFailed) this.#attempted = true;
    return this.#attempted ? Promise.reject(this.#down()) : this.#runWhenConnected(command);
  }

  // A client that asks sentinels goes on asking, and never says that it is not connecting. In a cluster,
  // failures may be of a few nodes.
  get #hasFailed(): boolean {
    return this.#nodes === undefined && this.#reasons.lastError !== undefined;
  }

  #runInCluster<T, R>(nodes: ClusterNodes, command: Command<T, R>): Promise<R> {
    const { key } = command;
    if (nodes.isAway(key)) return Promise.reject(away());
    const result = this.#deadline.limit(command.send(this.port), command);
    result.catch((error: unknown) => nodes.failed(key, error));
    return result;
  }

  #runWhenConnected<T, R>(command: Command<T, R>): Promise<R> {
    const wait = this.#first.join();
    let isLate = false;
    const reply = wait.over.then(() => {
      this.#attempted = true;
      if (isLate || !this.isReady) throw this.#down();
      return command.send(this.port);
    });
    const failed = (): void => {
      isLate = true;
      wait.leave();
      command.failed?.();
    };
    if (this.port.state === "idle") outside(() => this.port.connect());
    return this.#deadline.limit(reply, { ...command, failed });
  }

  #late(): BackendError {
    if (!this.isReady) return this.#down();
    return new BackendError("timeout", `no answer within ${this.timeout} ms`);
  }

  #down(): BackendError {
    const { lastError, waitsFor } = this.#reasons;
    const message = `not connected (client status "${this.port.status}")`;
    if (lastError === undefined)
      return new BackendError("connection", waitsFor === undefined ? message : `${message}: ${waitsFor}`);
    const cause = safeError(lastError);
    const code = BackendError.is(cause) ? cause.code : (classify(cause) ?? "connection");
    return new BackendError(code, `${message}: ${cause.message}`, { cause });
  }
}

function failureOf(error: unknown, { refused }: ReplyHandler<never, unknown>): Error {
  const safe = safeError(error);
  return refused !== undefined && isRefusal(safe) ? refused(safe) : safe;
}

function away(): BackendError {
  return new BackendError("connection", "the node of this key could not be reached a moment ago");
}
