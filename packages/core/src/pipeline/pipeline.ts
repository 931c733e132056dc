import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { ChangeListener } from "../change-listener.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { KeyFormat } from "../key-format.ts";
import { all, allOf, chain, isPromise, type MaybePromise } from "../maybe-promise.ts";
import { SharedEntry } from "../shared-entry.ts";
import type { StoredValue } from "../stored-value.ts";
import { channels } from "./channels.ts";
import { Codec, storedBytes } from "./codec.ts";
import { type Observation, observe } from "./observe.ts";
import { ReadBatcher } from "./read-batcher.ts";
import type { Store } from "./store.ts";
import { WriteOrder } from "./write-order.ts";

type Stored = StoredValue<unknown>;
type Read = Stored | BackendError | undefined;
type Batcher = ReadBatcher<Read, CacheValue<unknown> | undefined, Observation | undefined>;

/** What every view of one backend shares. */
export interface Shared {
  readonly backend: Backend<unknown>;
  readonly options: CacheBackendOptions;
  readonly order: WriteOrder;
  readonly batchers: Batcher[];
  readonly watchers: Set<ChangeListener>;
  /** The backend's own; with an inverse, where it had none, since the backend is watched. */
  keyFormat: KeyFormat;
  closing: Promise<void> | undefined;
}

export function shared(backend: Backend<unknown>, options: CacheBackendOptions): Shared {
  const { keyFormat } = backend;
  const order = new WriteOrder();
  return { backend, options, order, batchers: [], watchers: new Set(), keyFormat, closing: undefined };
}

/** Typed operations under keys as the store has them: codec, limits, batching, write order, observation. */
export class Pipeline {
  readonly #path: string;
  readonly #backend: Backend<unknown>;
  readonly #store: Store;
  readonly #codec: Codec;
  readonly #order: WriteOrder;
  readonly #now: Clock;
  readonly #batcher: Batcher | undefined;

  constructor(common: Shared, path: string, store: Store) {
    const { backend, options, order, batchers } = common;
    this.#path = path;
    this.#backend = backend;
    this.#store = store;
    this.#codec = new Codec(backend, options, path);
    this.#order = order;
    this.#now = options.now ?? systemClock;
    this.#batcher = this.#makeBatcher();
    if (this.#batcher) batchers.push(this.#batcher);
  }

  get<T>(at: string, context: CacheContext | undefined): MaybePromise<CacheValue<T> | undefined> {
    if (context === undefined && !channels.read.hasSubscribers) return this.#read<T>(at, undefined);
    return observe({ operation: "read", path: this.#path, key: at, context }, (noted) =>
      chain(this.#read<T>(at, noted), (value) => this.#answer(value, noted, context)),
    );
  }

  set(at: string, value: CacheValue<unknown>, context: CacheContext | undefined): MaybePromise<void> {
    if (context === undefined && !channels.write.hasSubscribers) return this.#write(at, value, undefined);
    return observe({ operation: "write", path: this.#path, key: at, context }, (noted) => {
      if (context?.readMode !== "refill") return this.#write(at, value, noted);
      if (noted) noted.status = "skipped";
    });
  }

  delete(at: string, context: CacheContext | undefined): MaybePromise<DeleteStatus> {
    return observe({ operation: "remove", path: this.#path, key: at, context }, (noted) =>
      chain(this.#remove(at), (removed) => {
        if (noted) noted.removed = removed;
        return removed;
      }),
    );
  }

  /** Writes nothing where the value has expired. */
  writeFenced(
    at: string,
    value: CacheValue<unknown>,
    fence: string,
    noted: Observation | undefined,
  ): MaybePromise<boolean> {
    if (this.#isExpired(value)) return false;
    return this.#order.run([at], this.#codec.encode(value), (stored) => {
      if (noted) noted.bytes = storedBytes(stored);
      return this.#store.writeFenced(at, stored, fence);
    });
  }

  /** Keys are distinct. */
  setMany(entries: readonly (readonly [at: string, value: CacheValue<unknown>])[]): MaybePromise<unknown> {
    const limit = this.#backend.supports.writeMany;
    const live = limit ? entries.filter(([, value]) => !this.#isExpired(value)) : [];
    if (!limit || live.length < 2) return allOf(entries, ([at, value]) => this.set(at, value, undefined));
    const dead = entries
      .filter(([, value]) => this.#isExpired(value))
      .map(([at]) => this.delete(at, undefined));
    const keys = live.map(([at]) => at);
    const written = this.#order.run(
      keys,
      allOf(live, ([, value]) => this.#codec.encode(value)),
      (stored) => {
        const batch = stored.map((value, index) => [keys[index] as string, value] as const);
        return chain(this.#store.writeMany(batch, limit), () => stored);
      },
    );
    return all<unknown>([...dead, ...keys.map((at, index) => this.#noteWrite(at, written, index))]);
  }

  /** Keys are distinct. */
  deleteMany(keys: readonly string[]): MaybePromise<DeleteStatus[]> {
    const limit = this.#backend.supports.removeMany;
    if (!limit || keys.length < 2) return allOf(keys, (at) => this.delete(at, undefined));
    const removed = this.#order.run(keys, undefined, () => this.#store.removeMany(keys, limit));
    return all(keys.map((at, index) => this.#noteRemove(at, removed, index)));
  }

  clear(): MaybePromise<void> {
    return this.#store.clear();
  }

  close(): MaybePromise<void> {
    return this.#store.close();
  }

  #makeBatcher(): Batcher | undefined {
    const limit = this.#backend.supports.readMany;
    if (!limit) return undefined;
    return new ReadBatcher({
      max: limit.max,
      readOne: (key) => this.#backend.read(key),
      readMany: (keys) => this.#store.readMany(keys),
      failure: (error, operation) => this.#store.failure(operation, error),
      answer: (read, noted) => {
        if (read !== undefined && BackendError.is(read)) throw this.#store.failure("read", read);
        return this.open(read, noted);
      },
    });
  }

  #read<T>(at: string, noted: Observation | undefined): MaybePromise<CacheValue<T> | undefined> {
    if (this.#batcher) return this.#batcher.read(at, noted) as Promise<CacheValue<T> | undefined>;
    const stored = this.#store.read(at);
    // Ahead of all else, and without a look for `then`: a memory hit.
    if (stored instanceof SharedEntry && noted === undefined)
      return this.#isExpired(stored) ? undefined : stored;
    if (isPromise(stored)) return stored.then((read) => this.open<T>(read, noted));
    return this.open<T>(stored, noted);
  }

  /** What the caller is given of an entry: nothing, where it has expired. */
  open<T>(
    stored: Stored | undefined,
    noted: Observation | undefined,
  ): MaybePromise<CacheValue<T> | undefined> {
    if (stored === undefined || this.#isExpired(stored)) return undefined;
    if (noted) noted.bytes = storedBytes(stored);
    return this.#codec.decode<T>(stored);
  }

  #answer<T>(
    value: T | undefined,
    noted: Observation | undefined,
    context: CacheContext | undefined,
  ): T | undefined {
    if (noted) noted.status = value === undefined ? "miss" : "hit";
    if (value === undefined || context === undefined) return value;
    context.status = "hit";
    context.source = this.#path;
    return value;
  }

  #write(at: string, value: CacheValue<unknown>, noted: Observation | undefined): MaybePromise<void> {
    if (this.#isExpired(value)) return chain(this.#remove(at), () => undefined);
    return this.#order.run([at], this.#codec.encode(value), (stored) => {
      if (noted) noted.bytes = storedBytes(stored);
      return this.#store.write(at, stored);
    });
  }

  #remove(at: string): MaybePromise<DeleteStatus> {
    return this.#order.run([at], undefined, () => this.#store.remove(at));
  }

  #noteWrite(at: string, written: MaybePromise<readonly Stored[]>, index: number): MaybePromise<unknown> {
    return observe({ operation: "write", path: this.#path, key: at, context: undefined }, (noted) =>
      chain(written, (stored) => {
        if (noted) noted.bytes = storedBytes(stored[index] as Stored);
      }),
    );
  }

  #noteRemove(
    at: string,
    all: MaybePromise<readonly DeleteStatus[]>,
    index: number,
  ): MaybePromise<DeleteStatus> {
    return observe({ operation: "remove", path: this.#path, key: at, context: undefined }, (noted) =>
      chain(all, (statuses) => {
        const removed = statuses[index] as DeleteStatus;
        if (noted) noted.removed = removed;
        return removed;
      }),
    );
  }

  #isExpired({ expiresAt }: { readonly expiresAt?: number | undefined }): boolean {
    return expiresAt !== undefined && expiresAt <= this.#now();
  }
}
