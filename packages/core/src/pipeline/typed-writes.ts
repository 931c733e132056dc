import type { BatchLimit } from "../backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { DeleteStatus } from "../delete-status.ts";
import { allOf, chain, type MaybePromise } from "../maybe-promise.ts";
import type { Purpose } from "../purpose.ts";
import type { StoredValue } from "../stored-value.ts";
import type { BackendState } from "./backend-state.ts";
import { channels } from "./channels.ts";
import { storedBytes } from "./codec-limits.ts";
import { Encoder } from "./encoder.ts";
import type { GuardedBackend } from "./guarded-backend.ts";
import { type Observation, type Observed, observe } from "./observe.ts";
import type { WriteQueue } from "./write-queue.ts";

type Stored = StoredValue<unknown>;
type Entry = readonly [key: string, value: CacheValue<unknown>];

/** Writes under keys as the store has them: expiry, encoding, order, batches, observation. */
export class TypedWrites {
  readonly #path: string;
  readonly #backend: GuardedBackend;
  readonly #encoder: Encoder;
  readonly #queue: WriteQueue;
  readonly #now: Clock;
  readonly #batchedSets: false | BatchLimit;
  readonly #batchedDeletes: false | BatchLimit;
  readonly #isClearable: boolean;
  readonly #purpose: Purpose;

  constructor(state: BackendState, path: string, backend: GuardedBackend, purpose: Purpose) {
    this.#path = path;
    this.#backend = backend;
    this.#purpose = purpose;
    this.#encoder = new Encoder(state.backend, state.options, path);
    this.#queue = state.writes;
    this.#now = state.options.now ?? systemClock;
    this.#batchedSets = state.backend.supports.writeMany;
    this.#batchedDeletes = state.backend.supports.removeMany;
    this.#isClearable = state.backend.supports.clear;
  }

  set(key: string, value: CacheValue<unknown>, context: CacheContext | undefined): MaybePromise<void> {
    if (context === undefined && !channels.write.hasSubscribers) return this.#set(key, value, undefined);
    return observe(this.#observed("write", key, context), (noted) => {
      if (context?.readMode !== "refill") return this.#set(key, value, noted);
      if (noted) noted.status = "skipped";
    });
  }

  /** Answers false, without a write, if the value has expired. */
  setFenced(
    key: string,
    value: CacheValue<unknown>,
    fence: string,
    context: CacheContext | undefined,
  ): MaybePromise<boolean> {
    if (context === undefined && !channels.write.hasSubscribers)
      return this.#setFenced(key, value, fence, undefined);
    return observe(this.#observed("write", key, context), (noted) =>
      this.#setFenced(key, value, fence, noted),
    );
  }

  async #setFenced(
    key: string,
    value: CacheValue<unknown>,
    fence: string,
    noted: Observation | undefined,
  ): Promise<boolean> {
    if (noted) noted.status = "skipped";
    const { expiresAt } = value;
    if (expiresAt !== undefined && expiresAt <= this.#now()) return false;
    const isSet = await this.#queue.run("fenced", key, this.#encoder.encode(value), (stored) => {
      if (noted) noted.bytes = storedBytes(stored);
      return this.#backend.writeFenced(key, stored, fence);
    });
    if (noted && isSet) noted.status = "ok";
    return isSet === true;
  }

  delete(key: string, context: CacheContext | undefined): MaybePromise<DeleteStatus> {
    if (context === undefined && !channels.remove.hasSubscribers) return this.#delete(key);
    return observe(this.#observed("remove", key, context), (noted) =>
      chain(this.#delete(key), (removed) => {
        if (noted) noted.removed = removed;
        return removed;
      }),
    );
  }

  /** Keys are distinct. */
  setMany(entries: readonly Entry[]): MaybePromise<unknown> {
    const limit = this.#batchedSets;
    const live = limit ? entries.filter(([, value]) => !this.#isExpired(value)) : [];
    if (!limit || live.length < 2) return allOf(entries, ([key, value]) => this.set(key, value, undefined));
    const expired =
      live.length === entries.length ? [] : entries.filter(([, value]) => this.#isExpired(value));
    // First of all: a value that cannot be encoded fails the batch before any of it is sent.
    const encoded = allOf(live, ([, value]) => this.#encoder.encode(value));
    const keys = live.map(([key]) => key);
    const steps = [
      () => this.#sendSets(keys, encoded, limit),
      ...expired.map(
        ([key]) =>
          () =>
            this.delete(key, undefined),
      ),
    ];
    return allOf<() => MaybePromise<unknown>, unknown>(steps, (step) => step());
  }

  /** Keys are distinct. */
  deleteMany(keys: readonly string[]): MaybePromise<readonly DeleteStatus[]> {
    const limit = this.#batchedDeletes;
    if (!limit || keys.length < 2) return allOf(keys, (key) => this.delete(key, undefined));
    const removed = this.#queue.run("delete", keys, undefined, () => this.#backend.removeMany(keys, limit));
    return this.#observeEach("remove", keys, removed as MaybePromise<readonly DeleteStatus[]>, noteRemoved);
  }

  /**
   * Runs after all writes so far: no earlier set lands after the clear. A clear that is refused does not
   * wait.
   */
  clear(): MaybePromise<void> {
    return this.#isClearable ? this.#queue.afterAll(() => this.#backend.clear()) : this.#backend.clear();
  }

  /** Resolves when all writes so far have ended, but for those that were given up. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Clears and `idle` wait no longer for the key's writes so far. */
  giveUp(key: string): void {
    this.#queue.giveUp(key);
  }

  #set(key: string, value: CacheValue<unknown>, noted: Observation | undefined): MaybePromise<void> {
    const { expiresAt } = value;
    if (expiresAt !== undefined && expiresAt <= this.#now()) return chain(this.#delete(key), () => undefined);
    if (noted) noted.status = "skipped";
    return this.#queue.run("set", key, this.#encoder.encode(value), (stored) => {
      if (noted) noteWritten(noted, stored);
      return this.#backend.write(key, stored);
    });
  }

  #delete(key: string): MaybePromise<DeleteStatus> {
    const removed = this.#queue.run("delete", key, undefined, () => this.#backend.remove(key));
    return removed as MaybePromise<DeleteStatus>;
  }

  #sendSets(
    keys: readonly string[],
    encoded: MaybePromise<readonly Stored[]>,
    limit: BatchLimit,
  ): MaybePromise<unknown> {
    const written = this.#queue.run("set", keys, encoded, (stored) => {
      const entries = stored.map((value, index) => [keys[index] as string, value] as const);
      return chain(this.#backend.writeMany(entries, limit), () => stored);
    });
    return this.#observeEach("write", keys, written as MaybePromise<readonly Stored[]>, noteWritten);
  }

  /** Reports each key of a batch to the subscribers of its channel. */
  #observeEach<Answer>(
    operation: "write" | "remove",
    keys: readonly string[],
    answers: MaybePromise<readonly Answer[]>,
    note: (noted: Observation, answer: Answer | undefined) => void,
  ): MaybePromise<readonly Answer[]> {
    if (!channels[operation].hasSubscribers) return answers;
    const observed = allOf([...keys.entries()], ([index, key]) =>
      observe(this.#observed(operation, key, undefined), (noted) =>
        chain(answers, (all) => {
          if (noted) note(noted, all[index]);
        }),
      ),
    );
    return chain(observed, () => answers);
  }

  #observed(operation: "write" | "remove", key: string, context: CacheContext | undefined): Observed {
    return { operation, path: this.#path, key, purpose: this.#purpose, context };
  }

  #isExpired({ expiresAt }: CacheValue<unknown>): boolean {
    return expiresAt !== undefined && expiresAt <= this.#now();
  }
}

function noteWritten(noted: Observation, stored: Stored | undefined): void {
  noted.status = stored === undefined ? "skipped" : "ok";
  noted.bytes = stored && storedBytes(stored);
}

function noteRemoved(noted: Observation, removed: DeleteStatus | undefined): void {
  noted.removed = removed;
}
