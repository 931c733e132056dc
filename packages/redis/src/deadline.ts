/** An operation under way. */
interface Pending {
  readonly since: number;
  readonly expire: () => void;
  over: boolean;
  next: Pending | undefined;
}

interface Answer<T, R> {
  take(reply: T): R;
  lost?(): void;
}

/**
 * Settles every operation within `ms` milliseconds of its start. All have the same deadline, so they expire in the
 * order in which they began: one timer and a linked list serve them all, at a fraction of a timer for each.
 */
export class Deadline {
  readonly ms: number;
  #oldest: Pending | undefined;
  #newest: Pending | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number) {
    this.ms = ms;
  }

  /**
   * What `take` makes of the reply, or the error of `late()` when the reply has not come in time; one that comes
   * later is dropped. `lost` is called on every failure, before the promise rejects.
   */
  limit<T, R>(reply: Promise<T>, to: Answer<T, R>, late: () => Error): Promise<R> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        to.lost?.();
        reject(error);
      };
      const pending = this.#begin(() => fail(late()));
      reply.then(
        (value) => {
          if (!this.#end(pending)) return;
          try {
            resolve(to.take(value));
          } catch (error) {
            reject(error);
          }
        },
        (error: unknown) => {
          if (this.#end(pending)) fail(error);
        },
      );
    });
  }

  #begin(expire: () => void): Pending {
    const pending: Pending = { since: performance.now(), expire, over: false, next: undefined };
    if (this.#newest === undefined) this.#oldest = pending;
    else this.#newest.next = pending;
    this.#newest = pending;
    if (this.#timer === undefined) this.#arm(this.ms);
    return pending;
  }

  /** False where the operation was over before. */
  #end(pending: Pending): boolean {
    if (pending.over) return false;
    pending.over = true;
    while (this.#oldest?.over) this.#oldest = this.#oldest.next;
    if (this.#oldest === undefined) this.#newest = undefined;
    return true;
  }

  // Holds no process open: while an operation is under way, its socket does.
  #arm(ms: number): void {
    this.#timer = setTimeout(this.#check, ms);
    this.#timer.unref();
  }

  // After a turn of the event loop: where that was blocked for long, the replies are there and only have to be read.
  readonly #check = (): void => {
    setImmediate(this.#expire);
  };

  readonly #expire = (): void => {
    const due = performance.now() - this.ms;
    while (this.#oldest !== undefined && this.#oldest.since <= due + 1) {
      const { expire } = this.#oldest;
      this.#end(this.#oldest);
      expire();
    }
    this.#timer = undefined;
    if (this.#oldest !== undefined) this.#arm(Math.ceil(this.#oldest.since - due));
  };
}
