import { isPromise, type MaybePromise } from "../maybe-promise.ts";

/** One caller. Callers of one key form a list. */
interface Waiter<R, Note> {
  readonly note: Note;
  readonly resolve: (answer: MaybePromise<R>) => void;
  readonly reject: (error: unknown) => void;
  readonly next: Waiter<R, Note> | undefined;
}

type Batch<R, Note> = Map<string, Waiter<R, Note>>;

/** The reads that a batcher is made of: one key or many, in, and what each caller is answered with, out. */
export interface BatchedReads<S, R, Note> {
  readonly max: number;
  readOne(key: string): MaybePromise<S>;
  /** An answer for each key, in their order. */
  readMany(keys: readonly string[]): MaybePromise<readonly S[]>;
  /** Called for every caller, with what it noted, so that callers of one key share no object. May throw. */
  answer(read: S, note: Note): MaybePromise<R>;
  /** What to reject with where a read threw or rejected. */
  failure(error: unknown, operation: "read" | "readMany"): Error;
}

/**
 * Turns the reads of one tick into batches, equal keys read once.
 *
 * The batch leaves with `process.nextTick`, when the code that is running and the microtasks that are due have run
 * and before the event loop turns: no timer, so a lone read is not delayed, and it travels as the plain read that it is.
 */
export class ReadBatcher<S, R, Note> {
  readonly #reads: BatchedReads<S, R, Note>;
  #waiting: Batch<R, Note> = new Map();

  constructor(reads: BatchedReads<S, R, Note>) {
    this.#reads = reads;
  }

  read(key: string, note: Note): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) process.nextTick(this.flush);
      this.#waiting.set(key, { note, resolve, reject, next: this.#waiting.get(key) });
    });
  }

  /** Sends what is waiting now. */
  readonly flush = (): void => {
    const batch = this.#waiting;
    if (batch.size === 0) return;
    // A new map, not a cleared one: V8 links a map's old table to its new one, and a table that has aged in the heap
    // would keep every later one, with all that it holds, from being collected young.
    this.#waiting = new Map();
    if (batch.size === 1) {
      for (const [key, waiter] of batch) this.#sendOne(key, waiter);
      return;
    }
    const keys = [...batch.keys()];
    for (let start = 0; start < keys.length; start += this.#reads.max) {
      const part = keys.slice(start, start + this.#reads.max);
      if (part.length > 1) this.#sendMany(part, batch);
      else for (const key of part) this.#sendOne(key, batch.get(key));
    }
  };

  #sendOne(key: string, waiter: Waiter<R, Note> | undefined): void {
    settle(
      () => this.#reads.readOne(key),
      (read) => this.#answer(waiter, read),
      (error) => refuse(waiter, this.#reads.failure(error, "read")),
    );
  }

  #sendMany(keys: readonly string[], batch: Batch<R, Note>): void {
    settle(
      () => this.#reads.readMany(keys),
      (reads) => {
        for (let index = 0; index < keys.length; index++) {
          this.#answer(batch.get(keys[index] as string), reads[index] as S);
        }
      },
      (error) => {
        const failure = this.#reads.failure(error, "readMany");
        for (const key of keys) refuse(batch.get(key), failure);
      },
    );
  }

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

function settle<T>(
  run: () => MaybePromise<T>,
  succeed: (value: T) => void,
  fail: (error: unknown) => void,
): void {
  let value: MaybePromise<T>;
  try {
    value = run();
  } catch (error) {
    fail(error);
    return;
  }
  if (isPromise(value)) value.then(succeed, fail);
  else succeed(value);
}
