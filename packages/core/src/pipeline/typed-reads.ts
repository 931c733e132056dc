import { BackendError, isUnreadable } from "../backend-error.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import { type Clock, systemClock } from "../clock.ts";
import { SharedEntry } from "../entries/shared-entry.ts";
import type { Lease } from "../lease.ts";
import { chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Purpose } from "../purpose.ts";
import type { StoredValue } from "../stored-value.ts";
import type { BackendState } from "./backend-state.ts";
import { type BackendAgeMessage, type BackendMessage, channels } from "./channels.ts";
import { storedBytes } from "./codec-limits.ts";
import { Decoder } from "./decoder.ts";
import type { GuardedBackend } from "./guarded-backend.ts";
import { isReadable } from "./is-readable.ts";
import { limitAnswer } from "./limit-answer.ts";
import { type Observation, observe } from "./observe.ts";
import type { Presence } from "./presence.ts";
import { ReadBatcher } from "./read-batcher.ts";
import { type ReadTally, readTallies } from "./read-tallies.ts";

type Stored = StoredValue<unknown>;
type Read<T> = (noted: Observation | undefined) => MaybePromise<CacheValue<T> | undefined>;
type Batcher = ReadBatcher<
  Stored | undefined,
  Stored | BackendError | undefined,
  CacheValue<unknown> | undefined,
  Observation | undefined
>;

/** A look at the clock takes longer than a hit in memory, so one hit speaks for the others. */
const AGE_EVERY = 64;

/** Reads and leases under keys as the store has them: batching, expiry, decoding, observation. */
export class TypedReads {
  readonly #path: string;
  readonly #backend: GuardedBackend;
  readonly #decoder: Decoder;
  readonly #now: Clock;
  readonly #batcher: Batcher | undefined;
  readonly #purpose: Purpose;
  /** True if the store keeps values of this process: most reads are answered at once. */
  readonly #isLive: boolean;
  readonly #presence: Presence;
  /** Of hits, once somebody counts them. */
  #tally: ReadTally | undefined;
  /** Hits until the next whose age is told. */
  #untilAge = 0;

  /** `known`: reads of the same backend for another purpose. Those of one tick travel as one batch. */
  constructor(
    state: BackendState,
    path: string,
    backend: GuardedBackend,
    purpose: Purpose,
    known: TypedReads | undefined,
  ) {
    this.#path = path;
    this.#backend = backend;
    this.#purpose = purpose;
    this.#presence = state.presence;
    this.#isLive = state.backend.valueFormat.kind === "live";
    this.#decoder = known ? known.#decoder : new Decoder(state.backend, state.options, path);
    this.#now = state.options.now ?? systemClock;
    this.#batcher = known ? known.#batcher : this.#makeBatcher(state);
    if (this.#batcher && !known) state.flushes.push(this.#batcher.flush);
  }

  get<T>(key: string, context: CacheContext | undefined): MaybePromise<CacheValue<T> | undefined> {
    if (context !== undefined) return this.#observed<T>(key, context);
    if (channels.read.hasSubscribers || channels.fetch.hasSubscribers) return this.#heard<T>(key);
    if (this.#batcher) return this.#batcher.read(key, undefined) as Promise<CacheValue<T> | undefined>;
    const stored = this.#backend.read(key);
    if (stored === undefined) return undefined;
    // First, and without a look for `then`: a hit in memory.
    if (stored instanceof SharedEntry) return isReadable(stored, this.#now) ? stored : undefined;
    if (isPromise(stored)) return stored.then((read) => this.#open<T>(read, undefined));
    return this.#open<T>(stored, undefined);
  }

  /** A hit in memory is counted or told of without a look at the clock, which would take longer. */
  #heard<T>(key: string): MaybePromise<CacheValue<T> | undefined> {
    if (!this.#isLive || this.#batcher) return this.#observed<T>(key, undefined);
    let stored: MaybePromise<Stored | undefined>;
    try {
      stored = this.#backend.read(key);
    } catch (error) {
      return this.#observed<T>(key, undefined, () => {
        throw error;
      });
    }
    if (!(stored instanceof SharedEntry && isReadable(stored, this.#now)))
      return this.#observed<T>(key, undefined, (noted) =>
        chain(stored, (read) => this.#open<T>(read, noted)),
      );
    if (readTallies.channel.hasSubscribers) this.#count();
    if (channels.age.hasSubscribers) this.#noteAge(stored);
    if (channels.read.hasSubscribers) this.#tellHit(key);
    return stored as CacheValue<unknown> as CacheValue<T>;
  }

  #count(): void {
    this.#tally ??= readTallies.of(this.#path, this.#purpose);
    this.#tally.hits += 1;
  }

  #noteAge({ createdAt }: CacheValue<unknown>): void {
    if (this.#purpose !== "value") return;
    if (this.#untilAge > 0) {
      this.#untilAge -= 1;
      return;
    }
    this.#untilAge = AGE_EVERY - 1;
    const message: BackendAgeMessage = { backend: this.#path, ageMs: this.#now() - createdAt };
    channels.age.publish(message);
  }

  #tellHit(key: string): void {
    const message: BackendMessage = {
      backend: this.#path,
      key,
      purpose: this.#purpose,
      durationMs: 0,
      bytes: undefined,
      hit: true,
      error: undefined,
    };
    channels.read.publish(message);
  }

  #observed<T>(
    key: string,
    context: CacheContext | undefined,
    read: Read<T> = (noted) => this.#read<T>(key, noted),
  ): MaybePromise<CacheValue<T> | undefined> {
    const purpose = this.#purpose;
    return observe({ operation: "read", path: this.#path, key, purpose, context }, (noted) =>
      chain(read(noted), (value) => {
        if (noted) this.#note(noted, value);
        if (context && value !== undefined) this.#noteHit(context);
        return value;
      }),
    );
  }

  #note(noted: Observation, value: CacheValue<unknown> | undefined): void {
    noted.status = value === undefined ? "miss" : "hit";
    if (value === undefined) return;
    if (channels.age.hasSubscribers) this.#noteAge(value);
    if (!this.#isLive || !(value instanceof SharedEntry)) return;
    noted.isFetch = false;
    if (readTallies.channel.hasSubscribers) this.#count();
  }

  #read<T>(key: string, noted: Observation | undefined): MaybePromise<CacheValue<T> | undefined> {
    if (this.#batcher) return this.#batcher.read(key, noted) as Promise<CacheValue<T> | undefined>;
    return chain(this.#backend.read(key), (stored) => this.#open<T>(stored, noted));
  }

  lease<T>(key: string, ms: number, context: CacheContext | undefined): MaybePromise<Lease<T>> {
    const isHeard = channels.read.hasSubscribers || channels.fetch.hasSubscribers;
    if (context === undefined && !isHeard) return this.#lease<T>(key, ms, undefined);
    const purpose = this.#purpose === "value" ? "lease" : this.#purpose;
    return observe({ operation: "read", path: this.#path, key, purpose, context }, (noted) =>
      this.#lease<T>(key, ms, noted),
    );
  }

  async #lease<T>(key: string, ms: number, noted: Observation | undefined): Promise<Lease<T>> {
    const { fence, granted, entry } = await this.#backend.lease(key, ms);
    const value = entry && (await this.#openLeased<T>(entry, noted));
    if (noted) noted.status = value === undefined ? "miss" : "hit";
    return { fence, granted, value };
  }

  // An unreadable entry is a miss here. Otherwise processes of two releases, each with a format that the
  // other does not know, could never have a lease.
  async #openLeased<T>(entry: Stored, noted: Observation | undefined): Promise<CacheValue<T> | undefined> {
    try {
      return await this.#open<T>(entry, noted);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return undefined;
    }
  }

  /** Decodes an entry for its reader; undefined if there is none, or if its time is over. */
  #open<T>(
    stored: Stored | undefined,
    noted: Observation | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    if (stored === undefined || !isReadable(stored, this.#now)) return undefined;
    if (noted) noted.bytes = storedBytes(stored);
    return this.#decoder.decode<T>(stored);
  }

  #makeBatcher({ backend }: BackendState): Batcher | undefined {
    const limit = backend.supports.readMany;
    if (!limit) return undefined;
    return new ReadBatcher({
      max: limit.max,
      readOne: (key) => backend.read(key),
      readMany: (keys) =>
        chain(this.#backend.readMany(keys), (reads) => limitAnswer(reads, this.#decoder.maxAnswerBytes)),
      failureOf: (read) => (BackendError.is(read) ? this.#backend.failure("read", read) : undefined),
      // A failed batch has been noticed by the guard.
      failure: (error, operation) =>
        operation === "read"
          ? this.#backend.failed(operation, error)
          : this.#backend.failure(operation, error),
      answer: (read, noted) => {
        if (this.#presence.isTroubled) this.#backend.answered();
        return this.#open(read, noted);
      },
    });
  }

  #noteHit(context: CacheContext): void {
    context.status = "hit";
    context.source = this.#path;
  }
}
