import type { MaybePromise } from "../maybe-promise.ts";
import { nextTick } from "../next-tick.ts";

/** One caller. Callers of one key form a list. */
interface Waiter<R, Note> {
  readonly key: string;
  readonly note: Note;
  readonly resolve: (answer: MaybePromise<R>) => void;
  readonly reject: (error: unknown) => void;
  readonly next: Waiter<R, Note> | undefined;
}

type Batch<R, Note> = Map<string, Waiter<R, Note>>;

/** The reads of a store, of one key and of many, and the answer that a caller receives for a read entry. */
export interface BatchedReads<S, E, R, Note> {
  readonly max: number;
  readOne(key: string): MaybePromise<S>;
  /** An answer for each key, in their order, or the error of its own read. */
  readMany(keys: readonly string[]): MaybePromise<readonly E[]>;
  /** The error to reject with for one key of a batch; undefined if there is an answer. */
  failureOf(read: E): Error | undefined;
  /** Called once for each caller, with its own note: callers of one key share no object. May throw. */
  answer(read: S, note: Note): MaybePromise<R>;
  /** The error to reject with if a read throws or rejects. */
  failure(error: unknown, operation: "read" | "readMany"): Error;
}

/**
 * Sends the reads of one tick as batches. Equal keys are read once.
 *
 * The batch leaves with `process.nextTick`: after the running code and the microtasks that are due, and
 * before the event loop turns. There is no timer, so that a lone read is not delayed. It travels as a plain
 * read.
 */
export class ReadBatcher<S, E, R, Note> {
  readonly #reads: BatchedReads<S, E, R, Note>;
  /** The first read of the tick. Most often it stays the only one, and then no batch is made. */
  #first: Waiter<R, Note> | undefined;
  #batch: Batch<R, Note> | undefined;

  constructor(reads: BatchedReads<S, E, R, Note>) {
    this.#reads = reads;
  }

  read(key: string, note: Note): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#first === undefined) {
        this.#first = { key, note, resolve, reject, next: undefined };
        nextTick(this.flush);
        return;
      }
      this.#batch ??= new Map([[this.#first.key, this.#first]]);
      this.#batch.set(key, { key, note, resolve, reject, next: this.#batch.get(key) });
    });
  }

  /** Sends the reads that are waiting. */
  readonly flush = (): void => {
    const first = this.#first;
    const batch = this.#batch;
    this.#first = undefined;
    // Dropped, not cleared: V8 links a map's old table to its new one. A table that has aged in the heap
    // would keep every later one, and its contents, from being collected young.
    this.#batch = undefined;
    if (batch !== undefined) this.#sendBatch(batch);
    else if (first !== undefined) void this.#sendOne(first);
  };

  #sendBatch(batch: Batch<R, Note>): void {
    const waiters = [...batch.values()];
    for (let start = 0; start < waiters.length; start += this.#reads.max) {
      const part = waiters.slice(start, start + this.#reads.max);
      if (part.length > 1) void this.#sendMany(part);
      else for (const waiter of part) void this.#sendOne(waiter);
    }
  }

  async #sendOne(waiter: Waiter<R, Note>): Promise<void> {
    try {
      this.#answer(waiter, await this.#reads.readOne(waiter.key));
    } catch (error) {
      refuse(waiter, this.#reads.failure(error, "read"));
    }
  }

  async #sendMany(waiters: readonly Waiter<R, Note>[]): Promise<void> {
    try {
      const reads = await this.#reads.readMany(waiters.map(({ key }) => key));
      for (let index = 0; index < waiters.length; index++) {
        const failed = this.#reads.failureOf(reads[index] as E);
        if (failed) refuse(waiters[index], failed);
        else this.#answer(waiters[index], reads[index] as E & S);
      }
    } catch (error) {
      const failure = this.#reads.failure(error, "readMany");
      for (const waiter of waiters) refuse(waiter, failure);
    }
  }

  /** Never throws: an error is the caller's. */
  #answer(first: Waiter<R, Note> | undefined, read: S): void {
    for (let waiter = first; waiter !== undefined; waiter = waiter.next) {
      try {
        waiter.resolve(this.#reads.answer(read, waiter.note));
      } catch (error) {
        waiter.reject(error);
      }
    }
  }
}

function refuse<R, Note>(first: Waiter<R, Note> | undefined, error: Error): void {
  for (let waiter = first; waiter !== undefined; waiter = waiter.next) waiter.reject(error);
}
