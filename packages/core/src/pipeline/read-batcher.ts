import type { MaybePromise } from "../maybe-promise.ts";

interface Waiter<R, Note> {
  readonly note: Note;
  readonly resolve: (answer: MaybePromise<R>) => void;
  readonly reject: (error: unknown) => void;
}

/** The reads that a batcher is made of: one key or many, in, and what each caller is answered with, out. */
export interface BatchedReads<S, R, Note> {
  readonly max: number;
  readOne(key: string): MaybePromise<S>;
  readMany(keys: readonly string[]): MaybePromise<readonly S[]>;
  /** Called for every caller, with what it noted, so that callers of one key share no object. May throw. */
  answer(read: S, note: Note): MaybePromise<R>;
}

/**
 * Turns the reads of one tick into batches, equal keys read once.
 *
 * The batch leaves when the microtasks that are due have run, before the event loop turns: no timer, so a lone
 * read is not delayed, and it travels as the plain read that it is.
 */
export class ReadBatcher<S, R, Note> {
  readonly #reads: BatchedReads<S, R, Note>;
  #waiting = new Map<string, Waiter<R, Note>[]>();

  constructor(reads: BatchedReads<S, R, Note>) {
    this.#reads = reads;
  }

  read(key: string, note: Note): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) process.nextTick(this.#flushAfterMicrotasks);
      const waiters = this.#waiting.get(key);
      if (waiters) waiters.push({ note, resolve, reject });
      else this.#waiting.set(key, [{ note, resolve, reject }]);
    });
  }

  // A tick queued from a microtask runs after all of them; one queued from a callback runs before, so it goes round again.
  readonly #flushAfterMicrotasks = (): void => {
    queueMicrotask(() => process.nextTick(this.flush));
  };

  /** Sends what is waiting now. */
  readonly flush = (): void => {
    const batch = this.#waiting;
    if (batch.size === 0) return;
    this.#waiting = new Map();
    const keys = [...batch.keys()];
    for (let start = 0; start < keys.length; start += this.#reads.max) {
      void this.#send(keys.slice(start, start + this.#reads.max), batch);
    }
  };

  async #send(
    keys: readonly string[],
    batch: ReadonlyMap<string, readonly Waiter<R, Note>[]>,
  ): Promise<void> {
    try {
      const first = keys[0] as string;
      const reads = keys.length === 1 ? [await this.#reads.readOne(first)] : await this.#reads.readMany(keys);
      if (reads.length !== keys.length)
        throw new Error(`read ${keys.length} keys, got ${reads.length} answers`);
      keys.forEach((key, index) => {
        this.#settle(batch.get(key) ?? [], reads[index] as S);
      });
    } catch (error) {
      for (const key of keys) for (const { reject } of batch.get(key) ?? []) reject(error);
    }
  }

  #settle(waiters: readonly Waiter<R, Note>[], read: S): void {
    for (const { note, resolve, reject } of waiters) {
      try {
        resolve(this.#reads.answer(read, note));
      } catch (error) {
        reject(error);
      }
    }
  }
}
