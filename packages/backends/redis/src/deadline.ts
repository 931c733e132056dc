/** What becomes of a reply. */
export interface Answer<T, R> {
  /** Makes the result; may throw. Not called for a reply that comes late. */
  take(reply: T): R;
  /** Called when the operation fails otherwise, in time or not, before its promise rejects. */
  lost?(): void;
}

/** An operation under way. */
interface Pending<T = never, R = unknown> {
  readonly since: number;
  readonly answer: Answer<T, R>;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
  isOver: boolean;
  next: Pending | undefined;
}

/**
 * Settles every operation within `ms` milliseconds of its start. All have the same deadline, so they expire in the
 * order in which they began: one timer and a linked list serve them all, at a fraction of a timer for each.
 */
export class Deadline {
  readonly #ms: number;
  readonly #late: () => Error;
  #oldest: Pending | undefined;
  #newest: Pending | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `late` makes the error of an operation that has had no reply in time. */
  constructor(ms: number, late: () => Error) {
    this.#ms = ms;
    this.#late = late;
  }

  /** What `answer` makes of the reply, or how that failed. */
  limit<T, R>(reply: Promise<T>, answer: Answer<T, R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const since = performance.now();
      const pending: Pending<T, R> = { since, answer, resolve, reject, isOver: false, next: undefined };
      this.#append(pending as Pending);
      reply.then(
        (value) => this.#take(pending, value),
        (error: unknown) => this.#fail(pending as Pending, error),
      );
    });
  }

  #take<T, R>(pending: Pending<T, R>, reply: T): void {
    if (pending.isOver) return;
    this.#remove(pending as Pending);
    try {
      pending.resolve(pending.answer.take(reply));
    } catch (error) {
      pending.reject(error);
    }
  }

  #fail(pending: Pending, error: unknown): void {
    if (pending.isOver) return;
    this.#remove(pending);
    pending.answer.lost?.();
    pending.reject(error);
  }

  #append(pending: Pending): void {
    if (this.#newest === undefined) this.#oldest = pending;
    else this.#newest.next = pending;
    this.#newest = pending;
    if (this.#timer === undefined) this.#arm(this.#ms);
  }

  // Replies come in order, save for failures: what is over leaves as soon as everything older has left.
  #remove(pending: Pending): void {
    pending.isOver = true;
    while (this.#oldest?.isOver) this.#oldest = unlink(this.#oldest);
    if (this.#oldest === undefined) this.#newest = undefined;
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
    const due = performance.now() - this.#ms;
    while (this.#oldest !== undefined && this.#oldest.since <= due + 1)
      this.#fail(this.#oldest, this.#late());
    this.#timer = undefined;
    if (this.#oldest !== undefined) this.#arm(Math.ceil(this.#oldest.since - due));
  };
}

// Without this an operation that has been over for long, and has aged in the heap, would keep every later one from being
// collected young.
function unlink(pending: Pending): Pending | undefined {
  const { next } = pending;
  pending.next = undefined;
  return next;
}
