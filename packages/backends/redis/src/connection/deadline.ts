import { outside } from "@hitbox/core";

/** Turns a reply into the result of an operation. */
export interface ReplyHandler<T, R> {
  /** Makes the result; may throw. Not called for a reply that comes late. */
  parse(reply: T): R;
  /** Called before the promise rejects, if the command failed or has had no reply in time. */
  failed?(): void;
  /** Makes the error of a command that the server refuses for good, such as for a missing right. */
  refused?(error: Error): Error;
}

/** Turns an error of the client into the one that the operation rejects with. */
type ToError = (error: unknown, handler: ReplyHandler<never, unknown>) => unknown;

/** An operation under way. */
interface Pending<T = never, R = unknown> {
  readonly since: number;
  readonly handler: ReplyHandler<T, R>;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
  isOver: boolean;
  next: Pending | undefined;
}

/**
 * Settles every operation within `ms` milliseconds of its start. All operations have the same deadline, so
 * they expire in the order in which they began. One timer and a linked list serve them all.
 */
export class Deadline {
  readonly #ms: number;
  readonly #late: () => Error;
  readonly #toError: ToError;
  #oldest: Pending | undefined;
  #newest: Pending | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** `late` makes the error of an operation that has had no reply in time. */
  constructor(ms: number, late: () => Error, toError: ToError = (error) => error) {
    this.#ms = ms;
    this.#late = late;
    this.#toError = toError;
  }

  /** Resolves with the result that `handler` makes of the reply. */
  limit<T, R>(reply: Promise<T>, handler: ReplyHandler<T, R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const since = performance.now();
      const pending: Pending<T, R> = { since, handler, resolve, reject, isOver: false, next: undefined };
      this.#append(pending as Pending);
      reply.then(
        (value) => this.#succeed(pending, value),
        (error: unknown) => this.#fail(pending as Pending, error),
      );
    });
  }

  #succeed<T, R>(pending: Pending<T, R>, reply: T): void {
    if (pending.isOver) return;
    this.#remove(pending as Pending);
    try {
      pending.resolve(pending.handler.parse(reply));
    } catch (error) {
      pending.reject(error);
    }
  }

  #fail(pending: Pending, error: unknown): void {
    if (pending.isOver) return;
    this.#remove(pending);
    pending.handler.failed?.();
    pending.reject(this.#toError(error, pending.handler));
  }

  #append(pending: Pending): void {
    if (this.#newest === undefined) this.#oldest = pending;
    else this.#newest.next = pending;
    this.#newest = pending;
    if (this.#timer === undefined) this.#arm(this.#ms);
  }

  // Replies come in order, failures do not: a settled operation leaves the list as soon as all older ones
  // have left.
  #remove(pending: Pending): void {
    pending.isOver = true;
    while (this.#oldest?.isOver) this.#oldest = unlink(this.#oldest);
    if (this.#oldest === undefined) this.#newest = undefined;
  }

  // Holds no process open: while an operation is under way, its socket does.
  #arm(ms: number): void {
    this.#timer = outside(() => setTimeout(this.#check, ms));
    this.#timer.unref();
  }

  // After a turn of the event loop: if the loop was blocked for long, the replies are there and only have
  // to be read.
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

// Cuts the link: an old operation that has aged in the heap would keep all later ones from being collected
// young.
function unlink(pending: Pending): Pending | undefined {
  const { next } = pending;
  pending.next = undefined;
  return next;
}
