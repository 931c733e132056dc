import type { CacheValue } from "../cache-value.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { TierBackend } from "./tier-backend.ts";

/** The property of a cache under which an operator's tool finds its parts. */
export const INSPECTED: unique symbol = Symbol.for("@hitbox/core/Inspected") as never;

/** The parts of a cache that an operator's tool works on: all entries, by the texts of their keys. */
export interface Inspected {
  readonly backend: TierBackend;
  /** Judges an entry of the backend by its tags: whether an expiry or an invalidation has reached it. */
  judgeTags(entry: CacheValue<unknown>): MaybePromise<"valid" | "stale" | "invalid">;
  /**
   * Deletes the entries of keys' texts as `deleteMany` of the cache does: loads under way are outdated, and a
   * delete that fails is tried again. Resolves with whether there was an entry, for each text.
   */
  deleteMany(texts: readonly string[]): Promise<boolean[]>;
  /** Expires the entries of keys' texts, as `expireMany` of the cache does. */
  expireMany(texts: readonly string[]): Promise<boolean[]>;
}
