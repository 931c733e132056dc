import { type AnyBackend, cacheValue } from "@hitbox/core";
import { asTier, type TierBackend } from "@hitbox/core/tier";
import { tagIndex } from "../../../src/tags/make-tag-index.ts";
import type { TagIndex, TagRemoval } from "../../../src/tags/tag-index.ts";

export interface TaggedOptions {
  readonly now?: () => number;
  /** Default: as `now`. */
  readonly elapsed?: () => number;
  readonly maxTags?: number;
}

/** A backend with an index of tags, as a cache uses them. */
export interface Tagged {
  readonly index: TagIndex;
  readonly tier: TierBackend;
  /** Invalidations that wait to be tried again, by the key of the record. */
  readonly waiting: Map<string, TagRemoval>;
  /** Stores a value. `life` is in milliseconds, or Infinity. Default: a minute. */
  put(key: string, value: unknown, tags: readonly string[], life?: number): Promise<void>;
  /** The value, if there is one and its tags are valid. */
  read(key: string, ahead?: readonly string[]): Promise<unknown>;
}

export function tagged(
  backend: AnyBackend,
  { now = Date.now, elapsed = now, maxTags }: TaggedOptions = {},
): Tagged {
  const tier = asTier(backend, "read" in backend ? { now } : undefined);
  const waiting = new Map<string, TagRemoval>();
  const retries = {
    add: (key: string, removal: TagRemoval) => void waiting.set(key, removal),
    settle: (key: string) => void waiting.delete(key),
  };
  const index = tagIndex(tier, { now, elapsed, retries, maxTags, store: backend });
  return {
    ...{ index, tier, waiting },
    async put(key, value, tags, life = 60_000) {
      const createdAt = now();
      const stamps = await index.stamp(tags, life);
      const entry = cacheValue(value, { createdAt, ttl: life, tags });
      await tier.set(key, index.stamped(entry, stamps));
    },
    async read(key, ahead = []) {
      const reading = tier.get(key);
      const records = index.ahead(ahead);
      const entry = await reading;
      return entry !== undefined && (await index.accepts(entry, records)) ? entry.data : undefined;
    },
  };
}
