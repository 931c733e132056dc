import { type CacheValue, chain, isPromise, isShared, type MaybePromise, recover } from "@hitbox/core";
import type { ManyLoader } from "./cache.ts";
import type { Found } from "./call.ts";
import { listens, publish } from "./channels.ts";
import type { Core } from "./core.ts";
import { answerWith, getOrLoad, ownOf, type Request } from "./get-or-load.ts";
import { GetOrSetMany, type Seat } from "./get-or-set-many.ts";
import type { CallOptions, Loader } from "./options.ts";
import { callPolicy } from "./policy.ts";
import { freshUntil, isWithin, type Kind, Reader } from "./reader.ts";

type Entry = MaybePromise<CacheValue<unknown> | undefined>;

/** Reads and loads of one space of a cache, by the text of its keys. */
export class Reads {
  readonly #core: Core;
  readonly #kind: Kind;
  readonly #reader: Reader<unknown>;
  /** Whether a fresh entry without tags may be answered with at a glance. */
  readonly #isPlain: boolean;

  constructor(core: Core, kind: Kind) {
    this.#core = core;
    this.#kind = kind;
    this.#reader = new Reader(core, kind);
    this.#isPlain = kind.policy.refreshAhead === undefined;
  }

  get<T>(text: string): Promise<T | undefined> {
    const entry = this.#read(text);
    if (!isPromise(entry) && this.#isGoodAsIs(entry, undefined))
      return Promise.resolve(this.#glance<T>(text, entry));
    return Promise.resolve(this.value<T>(text, () => entry));
  }

  getOrSet<T>(text: string, load: Loader<T>, options: CallOptions | undefined): Promise<T> {
    const entry = this.#core.isLoading(text) ? undefined : this.#read(text);
    // Ahead of all else: a fresh entry in the first tier.
    if (!isPromise(entry) && this.#isGoodAsIs(entry, options))
      return Promise.resolve(this.#glance<T>(text, entry));
    return this.#getOrLoad<T>(this.#request(text, load, options), entry) as Promise<T>;
  }

  /** What the tiers have. Fails in one way only, and nobody need listen. */
  #read(text: string): Entry {
    try {
      const entry = this.#core.read(text);
      if (isPromise(entry)) entry.catch(() => {});
      return entry;
    } catch (error) {
      const failed = Promise.reject(error);
      failed.catch(() => {});
      return failed;
    }
  }

  #isGoodAsIs(
    entry: CacheValue<unknown> | undefined,
    options: CallOptions | undefined,
  ): entry is CacheValue<unknown> {
    const { validator } = this.#kind;
    if (entry === undefined || !this.#isPlain || (entry.tags !== undefined && entry.tags.length > 0))
      return false;
    if (options !== undefined && (options.refreshAhead !== undefined || options.signal?.aborted))
      return false;
    if (entry.staleAt !== undefined && entry.staleAt <= this.#core.now()) return false;
    if (validator !== undefined && validator.known(entry.data) === undefined) return false;
    return isShared(entry) && !this.#core.retries.isAnyDoomed;
  }

  #glance<T>(text: string, { data }: CacheValue<unknown>): T {
    const { validator } = this.#kind;
    if (listens("hit")) publish("hit", () => ({ cache: this.#core.backend.label, key: text }));
    return (validator === undefined ? data : validator.known(data)) as T;
  }

  #request<T>(key: string, loader: Loader<T>, options: CallOptions | undefined): Request<T> {
    const { policy, marks } = this.#kind;
    return {
      core: this.#core,
      reader: this.#reader as Reader<T>,
      marks,
      key,
      policy: callPolicy(policy, options),
      loader,
      signal: options?.signal,
      waits: undefined,
    };
  }

  /** `entry`: what was read for the request, where it does not join a load. */
  #getOrLoad<T>(request: Request<T>, entry: Entry): Promise<T | undefined> {
    const { core, key, policy, signal } = request;
    if (core.isLoading(key)) return getOrLoad(request, () => undefined);
    const found = request.reader.judge(key, () => entry, policy.tags);
    if (isPromise(found)) {
      found.catch(() => {});
      return getOrLoad(request, () => found);
    }
    const isUsable = found && isWithin(found.entry, core.now(), policy.staleWhileRevalidate);
    if (isUsable && !signal?.aborted) return Promise.resolve(answerWith(request, found));
    return getOrLoad(request, () => found);
  }

  /** `keys` by their text. */
  getOrSetMany<K, T>(
    keys: ReadonlyMap<string, K>,
    load: ManyLoader<K, T>,
    options: CallOptions | undefined,
  ): Promise<(T | undefined)[]> {
    const { policy, marks } = this.#kind;
    const common = {
      core: this.#core,
      reader: this.#reader as Reader<T | undefined>,
      marks,
      policy: callPolicy(policy, options),
      signal: options?.signal,
    };
    const many = new GetOrSetMany<K, T>(common, [...keys.values()], load);
    let index = 0;
    for (const [text, key] of keys) this.#ask(many, { index: index++, text, key }, options);
    return many.answer;
  }

  /** A value for one more caller, who may share no object with others. */
  ownOf<T>(value: T | undefined): T | undefined {
    return ownOf(this.#reader as Reader<T>, value);
  }

  #ask<K, T>(many: GetOrSetMany<K, T>, seat: Seat<K>, options: CallOptions | undefined): void {
    const { text } = seat;
    const isShared = this.#core.isLoading(text);
    const entry = isShared ? undefined : this.#read(text);
    if (!isPromise(entry) && this.#isGoodAsIs(entry, options)) many.take(seat, this.#glance<T>(text, entry));
    else if (isPromise(entry) && many.isPatient && !this.#core.calls.has(text)) many.read(seat, entry);
    else if (isShared) many.waitForOther(seat, this.#getOrLoad(many.requestOf(seat), entry));
    else many.wait(seat, this.#getOrLoad(many.requestOf(seat), entry));
  }

  value<T>(text: string, read: () => Entry = () => this.#core.read(text)): MaybePromise<T | undefined> {
    return chain(this.find<T>(text, read), (found) => this.#answer(text, found));
  }

  #answer<T>(text: string, found: Found<T> | undefined): T | undefined {
    const { policy } = this.#kind;
    const now = this.#core.now();
    const cache = this.#core.backend.label;
    if (!found || !isWithin(found.entry, now, policy.staleWhileRevalidate)) {
      publish("miss", () => ({ cache, key: text }));
      return undefined;
    }
    if (now < freshUntil(found.entry)) publish("hit", () => ({ cache, key: text }));
    else publish("stale", () => ({ cache, key: text, why: "revalidate", error: undefined }));
    return found.data;
  }

  /** What is there, found good; a backend that fails has nothing, unless its errors are asked for. */
  find<T>(text: string, read: () => Entry): MaybePromise<Found<T> | undefined> {
    const find = (): MaybePromise<Found<T> | undefined> => (this.#reader as Reader<T>).judge(text, read);
    return recover(find, (error) => {
      if (this.#kind.policy.onBackendError === "throw") throw error;
      return this.#core.report("get", text, error) as undefined;
    });
  }
}
