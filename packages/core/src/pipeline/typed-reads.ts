import { BackendError } from "../backend-error.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import { type Clock, systemClock } from "../clock.ts";
import { SharedEntry } from "../entries/shared-entry.ts";
import { chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import type { BackendState } from "./backend-state.ts";
import { channels } from "./channels.ts";
import { type Codec, storedBytes } from "./codec.ts";
import type { GuardedBackend } from "./guarded-backend.ts";
import { isReadable } from "./is-readable.ts";
import { limitAnswer } from "./limit-answer.ts";
import { type Observation, observe } from "./observe.ts";
import { ReadBatcher } from "./read-batcher.ts";

type Stored = StoredValue<unknown>;
type Batcher = ReadBatcher<
  Stored | BackendError | undefined,
  CacheValue<unknown> | undefined,
  Observation | undefined
>;

/** Reads under keys as the store has them: batching, expiry, decoding, observation. */
export class TypedReads {
  readonly #path: string;
  readonly #backend: GuardedBackend;
  readonly #codec: Codec;
  readonly #now: Clock;
  readonly #batcher: Batcher | undefined;

  constructor(state: BackendState, path: string, backend: GuardedBackend, codec: Codec) {
    this.#path = path;
    this.#backend = backend;
    this.#codec = codec;
    this.#now = state.options.now ?? systemClock;
    this.#batcher = this.#makeBatcher(state);
    if (this.#batcher) state.flushes.push(this.#batcher.flush);
  }

  get<T>(key: string, context: CacheContext | undefined): MaybePromise<CacheValue<T> | undefined> {
    if (context === undefined && !channels.read.hasSubscribers) return this.#read<T>(key, undefined);
    return observe({ operation: "read", path: this.#path, key, context }, (noted) =>
      chain(this.#read<T>(key, noted), (value) => {
        if (noted) noted.status = value === undefined ? "miss" : "hit";
        if (context && value !== undefined) this.#noteHit(context);
        return value;
      }),
    );
  }

  /** Decodes an entry for its reader; undefined if there is none, or if its time is over. */
  open<T>(
    stored: Stored | undefined,
    noted: Observation | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    if (stored === undefined || !isReadable(stored, this.#now)) return undefined;
    if (noted) noted.bytes = storedBytes(stored);
    return this.#codec.decode<T>(stored);
  }

  #makeBatcher({ backend }: BackendState): Batcher | undefined {
    const limit = backend.supports.readMany;
    if (!limit) return undefined;
    return new ReadBatcher({
      max: limit.max,
      readOne: (key) => backend.read(key),
      readMany: (keys) =>
        chain(this.#backend.readMany(keys), (reads) => limitAnswer(reads, this.#codec.maxAnswerBytes)),
      // A failed batch has been noticed by the guard.
      failure: (error, operation) =>
        operation === "read"
          ? this.#backend.failed(operation, error)
          : this.#backend.failure(operation, error),
      answer: (read, noted) => {
        if (read !== undefined && BackendError.is(read)) throw this.#backend.failure("read", read);
        this.#backend.answered();
        return this.open(read, noted);
      },
    });
  }

  #read<T>(key: string, noted: Observation | undefined): MaybePromise<CacheValue<T> | undefined> {
    if (this.#batcher) return this.#batcher.read(key, noted) as Promise<CacheValue<T> | undefined>;
    const stored = this.#backend.read(key);
    // First, and without a look for `then`: a hit in memory.
    if (stored instanceof SharedEntry && noted === undefined)
      return isReadable(stored, this.#now) ? stored : undefined;
    return isPromise(stored) ? stored.then((read) => this.open<T>(read, noted)) : this.open<T>(stored, noted);
  }

  #noteHit(context: CacheContext): void {
    context.status = "hit";
    context.source = this.#path;
  }
}
