import { BackendError, Lanes, outside } from "@hitbox/core";
import type { Opened, S3ClientLike } from "./client.ts";
import { failureOf } from "./errors.ts";

/** Tells a request of the SDK to stop. */
export interface How {
  readonly abortSignal: AbortSignal;
}

/** One request of a client, and the reading of its answer. */
export type Request<T> = (client: S3ClientLike, how: How) => Promise<T>;

/**
 * The way to the server. A request ends by a deadline of its own, and fails without secrets. Only as many are
 * under way as the client has connections: the SDK warns on the console of those that wait in its own queue.
 */
export class Requests {
  readonly #opened: Opened;
  readonly #bucket: string;
  readonly #timeout: number;
  readonly #lanes: Lanes;
  #isClosed = false;

  constructor(opened: Opened, bucket: string, timeout: number) {
    this.#opened = opened;
    this.#bucket = bucket;
    this.#timeout = timeout;
    this.#lanes = new Lanes(opened.connections);
  }

  /** A request that changes nothing. It is stopped when the operation has failed for its caller. */
  read<T>(request: Request<T>): Promise<T> {
    return this.#inTurn(this.#timeout, request);
  }

  /**
   * A change. A late one is waited for, so that the next change of the key comes after it, and given up after
   * twice the time.
   */
  write<T>(request: Request<T>): Promise<T> {
    return this.#inTurn(2 * this.#timeout, request);
  }

  /** Ends a client that this code has made. */
  close(): void {
    this.#isClosed = true;
    this.#opened.destroy?.();
  }

  /** A request whose caller has been told by then that it failed is not sent. A timer may be early. */
  #inTurn<T>(ms: number, request: Request<T>): Promise<T> {
    const asked = performance.now();
    return this.#lanes.run(() => {
      const waited = performance.now() - asked;
      if (waited < this.#timeout - 1) return this.#run(ms - waited, request);
      throw new BackendError("timeout", "not sent: earlier requests took longer than this deadline");
    });
  }

  async #run<T>(ms: number, request: Request<T>): Promise<T> {
    if (this.#isClosed) throw new BackendError("closed", "the backend is closed");
    const { client, destroy } = this.#opened;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ms);
    const send = (): Promise<T> => request(client, { abortSignal: stop.signal });
    try {
      // A given client stays in the caller's context, whose trace its requests belong to.
      return await (destroy === undefined ? send() : outside(send));
    } catch (error) {
      // The error of a connection that this code has broken says nothing of the server.
      if (stop.signal.aborted) throw new BackendError("timeout", `no answer within ${this.#timeout} ms`);
      throw await failureOf(error, client, this.#bucket);
    } finally {
      clearTimeout(timer);
    }
  }
}
