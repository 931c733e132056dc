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
   * Deletes the entry of a key's text as `delete` of the cache does: loads under way are outdated, and a
   * delete that fails is tried again. Answers whether there was an entry.
   */
  delete(text: string): Promise<boolean>;
}
