import type { CacheValue, MaybePromise } from "@hitbox/core";
import { isPromise } from "@hitbox/core";
import type { LoaderContext } from "../options.ts";
import { checkTagNames } from "../policy/checks.ts";
import { type Duration, milliseconds } from "../policy/duration.ts";
import { entryOf, longestLife, notFoundPolicy, type Policy } from "../policy/policy.ts";
import { NOT_FOUND } from "../read/reader.ts";
import type { InFlightLoad } from "./in-flight-load.ts";

/** The context of one call of a loader, and the decisions that the loader has made by it. */
export class LoadingContext<T> implements LoaderContext<T> {
  readonly #flight: InFlightLoad<T>;
  #policy: Policy;
  #tags: readonly string[];
  #isSkipped = false;
  /**
   * Of the tags, from before the loader was called or named them: an invalidation since then invalidates the
   * value.
   */
  stamps: MaybePromise<readonly string[]>;

  constructor(flight: InFlightLoad<T>) {
    this.#flight = flight;
    this.#policy = flight.request.policy;
    this.#tags = this.#policy.tags;
    this.stamps = this.#stamp();
  }

  get signal(): AbortSignal {
    return this.#flight.signal;
  }

  get stale(): T | undefined {
    return this.#flight.spare?.data;
  }

  // Functions of its own, so that a loader may take them out of it.
  readonly setTtl = (ttl: Duration): void => {
    this.#policy = { ...this.#policy, ttl: milliseconds("ttl", ttl) };
    this.#flight.ttl = this.#policy.ttl;
  };

  readonly setTags = (tags: readonly string[]): void => {
    this.#tags = checkTagNames(tags);
    this.#flight.tags = this.#tags;
    this.stamps = this.#stamp();
  };

  readonly skip = (): void => {
    this.#isSkipped = true;
  };

  /** Has `listener` called when nobody waits for the loader any more. */
  whenEnded(listener: () => void): void {
    this.#flight.whenEnded(listener);
  }

  /** The entry to be stored, without its stamps; undefined if nothing is to be stored. */
  entryOf(data: T | undefined, createdAt: number): CacheValue<unknown> | undefined {
    if (this.#isSkipped) return undefined;
    const { engine } = this.#flight;
    const tags = this.#allTags();
    engine.noticeLife(longestLife(this.#policy));
    if (data !== undefined) return entryOf(this.#policy, data, createdAt, tags, engine.random);
    return entryOf(notFoundPolicy(this.#policy), null, createdAt, [...tags, NOT_FOUND], engine.random);
  }

  #allTags(): readonly string[] {
    const { internalTags } = this.#flight.request;
    return internalTags.length === 0 ? this.#tags : [...this.#tags, ...internalTags];
  }

  #stamp(): MaybePromise<readonly string[]> {
    const stamps = this.#flight.engine.tags.stamp(this.#allTags(), longestLife(this.#policy));
    // Heard of when the value is stored, if it comes to that.
    if (isPromise(stamps)) stamps.catch(() => {});
    return stamps;
  }
}
