import { BackendError, type CacheValue, chain, isPromise, type MaybePromise } from "@hitbox/core";
import type { LoaderContext } from "../options.ts";
import { decide } from "../policy/decide.ts";
import { type Duration, milliseconds } from "../policy/duration.ts";
import { type Asked, longestLife, notFoundPolicy, type Policy } from "../policy/policy.ts";
import type { Found } from "../read/found.ts";
import { namesOf } from "../tags/entry-tags.ts";
import type { Stamps } from "../tags/tag-index.ts";
import { checkTagCount, checkTagNames } from "../tags/tag-names.ts";
import { entryBy } from "./entry-of-loaded.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { NothingToKeepError } from "./nothing-to-keep-error.ts";

/** The context of one call of a loader, and the decisions that the loader has made by it. */
export class LoadingContext<T> implements LoaderContext<T> {
  readonly #flight: InFlightLoad<T>;
  #policy: Policy;
  #tags: readonly string[];
  /** Tags of the older value that the call does not name. */
  #spareTags: readonly string[] = [];
  #isSkipped = false;
  /** The loader has decided itself, whatever the options say. */
  #hasTtl = false;
  #hasTags = false;
  /** The value that is being replaced, as it was when the loader was called. */
  #present: Found<T> | undefined;
  #stale: T | undefined;
  /** The value that the loader keeps. Undefined: it has loaded one. */
  kept: Found<T> | undefined;
  /** The tiers had failed to answer before anything was asked of them here. */
  readonly #isAway: boolean;
  /** Of the tags. A promise that rejects if they cannot be had: then the value is not stored. */
  stamps: MaybePromise<Stamps>;

  constructor(flight: InFlightLoad<T>) {
    this.#flight = flight;
    this.#policy = flight.request.policy;
    this.#tags = this.#policy.tags;
    const { engine, isAway, records } = flight;
    this.#isAway = isAway;
    const stamps = engine.tags.stamp(this.#allTags(), longestLife(this.#policy), records);
    this.stamps = isPromise(stamps) ? heard(stamps) : stamps;
    if (flight.spare) this.#stampSpare(flight.spare);
  }

  /**
   * Stamps of tags that the older value has besides, from before the loader is called: an invalidation by
   * another process while it runs is to hold for a value that is kept.
   */
  #stampSpare(spare: Found<T>): void {
    const { isAway } = this.#flight;
    const isNew = (tag: string): boolean => !this.#tags.includes(tag) && !this.#spareTags.includes(tag);
    const more = namesOf(spare.entry.tags).filter(isNew);
    if (more.length === 0 || isAway || this.#policy.mode === "no-store") return;
    this.#spareTags = [...this.#spareTags, ...more];
    this.#restamp();
  }

  #restamp(): void {
    const { engine } = this.#flight;
    const all = [...new Set([...this.#allTags(), ...this.#spareTags])];
    const life = longestLife(this.#policy);
    this.stamps = heard(chain(this.stamps, (earlier) => engine.tags.restamp(earlier, all, life)));
  }

  /**
   * Resolves when the loader may be called. The stamps are here by then, so that an invalidation that comes
   * while the loader runs invalidates its value.
   */
  ready(): Promise<void> | undefined {
    const { spare } = this.#flight;
    if (spare) this.#stampSpare(spare);
    const { stamps } = this;
    // The loader does not wait for a store that is away. Stamps that came later would hide invalidations.
    if (this.#isAway && isPromise(stamps)) this.stamps = heard(Promise.reject(noStamps(this.#flight)));
    else if (isPromise(stamps)) return stamps.then(this.#setPresent, this.#setPresent);
    if (spare) this.#setPresent();
    return undefined;
  }

  readonly #setPresent = (): void => {
    const { engine, isSpareOutdated, key, spare } = this.#flight;
    if (spare && !isSpareOutdated && !engine.isChanging(key)) this.#present = spare;
  };

  get signal(): AbortSignal {
    return this.#flight.signal;
  }

  get stale(): T | undefined {
    // A copy, if it can be changed: the value may be kept, and be the answer of others.
    this.#stale ??= this.#flight.request.reader.ownOf(this.#present?.data);
    return this.#stale;
  }

  get hasStale(): boolean {
    return this.#present !== undefined;
  }

  get staleCreatedAt(): number | undefined {
    return this.#present?.entry.createdAt;
  }

  // Functions of its own, so that a loader may take them out of it.
  readonly setTtl = (ttl: Duration): void => {
    this.#policy = { ...this.#policy, ttl: milliseconds("ttl", ttl) };
    this.#hasTtl = true;
    this.#flight.ttl = this.#policy.ttl;
  };

  readonly setTags = (tags: readonly string[]): void => {
    this.#hasTags = true;
    this.#nameTags(checkTagCount(checkTagNames(tags), this.#flight.engine.maxTags));
  };

  #nameTags(tags: readonly string[]): void {
    this.#tags = tags;
    this.#flight.tags = tags;
    this.#restamp();
  }

  readonly skip = (): void => {
    this.#isSkipped = true;
  };

  readonly notModified = (): never => {
    if (this.#present === undefined) throw new NothingToKeepError(this.#flight.key);
    this.kept = this.#present;
    // In the place of a value: the loader has none, and `kept` is taken.
    return undefined as never;
  };

  /** Has `listener` called when nobody waits for the loader any more. */
  whenEnded(listener: () => void): void {
    this.#flight.whenEnded(listener);
  }

  /** The entry to be stored, without its stamps; undefined if nothing is to be stored. */
  entryOf(data: T | undefined, asked: Asked): CacheValue<unknown> | undefined {
    if (this.#isSkipped || this.#policy.mode === "no-store") return undefined;
    const { engine, request } = this.#flight;
    let policy: Policy | undefined = this.#policy;
    if (data === undefined) policy = notFoundPolicy(policy);
    else if (policy.isByValue) policy = this.#decided(data);
    if (policy === undefined) return undefined;
    if (this.kept) this.#keepTags(this.kept);
    const own = policy.tags === this.#tags ? policy : { ...policy, tags: this.#tags };
    const loadMs = this.kept?.entry.loadMs ?? asked.loadMs;
    return entryBy({ engine, policy: own, internalTags: request.internalTags }, data, { ...asked, loadMs });
  }

  /**
   * A value that is kept keeps its tags: else an invalidation by the ones that its loader named would miss
   * it.
   */
  #keepTags({ entry }: Found<T>): void {
    const more = namesOf(entry.tags).filter((tag) => !this.#tags.includes(tag));
    if (more.length === 0 || this.#hasTags) return;
    this.#nameTags(checkTagCount([...this.#tags, ...more], this.#flight.engine.maxTags));
  }

  /** What the functions among the options make of the value, unless the loader has decided itself. */
  #decided(data: T): Policy | undefined {
    const { beginner, engine } = this.#flight;
    const policy = decide(this.#policy, data, beginner.name, engine.maxTags);
    if (policy === undefined || policy === this.#policy) return policy;
    if (!this.#hasTags && policy.tags !== this.#tags) this.#nameTags(policy.tags);
    return this.#hasTtl ? { ...policy, ttl: this.#policy.ttl } : policy;
  }

  #allTags(): readonly string[] {
    if (this.#policy.mode === "no-store") return [];
    const { internalTags } = this.#flight.request;
    return internalTags.length === 0 ? this.#tags : [...this.#tags, ...internalTags];
  }
}

/** Its failure is heard of when the value is stored, if it comes to that. */
function heard<V>(work: MaybePromise<V>): MaybePromise<V> {
  if (isPromise(work)) work.catch(ignore);
  return work;
}

function noStamps({ engine }: InFlightLoad<unknown>): BackendError {
  const { label } = engine.backend;
  const message = `${label}: the tags could not be looked up before the value was loaded`;
  return new BackendError("unavailable", message, { backend: label });
}

function ignore(): void {}
