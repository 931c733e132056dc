import type { CacheValue } from "@hitbox/core";
import { hasRecord, isStamp } from "./entry-tags.ts";
import { hasTooManyTags } from "./limits.ts";
import type { LocalState } from "./local-state.ts";
import type { Stamps, TagIndex, Verdict } from "./tag-index.ts";

/**
 * Tags of a store that lives in this process: nothing about them is in the store, so nothing of them is
 * evicted by data. An entry has one stamp for all of its tags.
 */
export class LocalTags implements TagIndex {
  readonly #state: LocalState;
  readonly #maxTags: number;

  constructor(state: LocalState, maxTags: number) {
    this.#state = state;
    this.#maxTags = maxTags;
  }

  ahead(): undefined {}

  accepts({ tags }: CacheValue<unknown>): Verdict {
    if (tags === undefined || tags.length === 0) return true;
    // Most often nothing at all was invalidated since the entry was stamped.
    const isCurrent = tags[tags.length - 1] === this.#state.current;
    return isCurrent && tags.length <= this.#maxTags ? true : this.#acceptsOther(tags);
  }

  acceptsAtOnce(entry: CacheValue<unknown>): boolean {
    return this.accepts(entry) === true;
  }

  stamp(_tags: readonly string[], life: number): Stamps {
    return this.#state.stamp(life);
  }

  /**
   * A stamp holds for all tags: that of the beginning of the load holds for those that are named late, too.
   */
  restamp(earlier: Stamps): Stamps {
    return earlier;
  }

  stamped<T>(entry: CacheValue<T>, stamps: Stamps): CacheValue<T> {
    const { tags } = entry;
    if (tags === undefined || !tags.some(hasRecord)) return entry;
    return { ...entry, tags: [...tags, stamps.of("") as string] };
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    this.#state.invalidate(tags);
  }

  async expire(tags: readonly string[], at: number): Promise<void> {
    this.#state.expire(tags, at);
  }

  prolong({ tags = [] }: CacheValue<unknown>, life: number): void {
    if (tags.some(hasRecord)) this.#state.stamp(life);
  }

  forget(): void {
    this.#state.forget();
  }

  close(): void {}

  #acceptsOther(tags: readonly string[]): Verdict {
    if (hasTooManyTags(tags, this.#maxTags)) return false;
    const last = tags.length - 1;
    const stamp = tags[last] as string;
    if (!isStamp(stamp)) return !tags.some(hasRecord);
    if (!this.#state.isKnown(stamp)) return false;
    let since = Number.POSITIVE_INFINITY;
    for (let index = 0; index < last; index++) {
      const tag = tags[index] as string;
      if (this.#state.isInvalidated(tag, stamp)) return false;
      since = Math.min(since, this.#state.staleSince(tag, stamp) ?? since);
    }
    return since === Number.POSITIVE_INFINITY || since;
  }
}
