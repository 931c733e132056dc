import type { CacheValue } from "./cache-value.ts";
import { checkInteger } from "./check.ts";
import type { StoredValue } from "./stored-value.ts";

/**
 * Milliseconds for which a store remembers a fence, and most for which it grants a lease: five minutes. What takes
 * longer to load is not stored. A fence over an entry is forgotten with the entry, where that ends sooner.
 */
export const FENCE_MS = 300_000;

/**
 * What a store answers to a request for the lease of a key. After "leases" in R. Nishtala et al., Scaling Memcache
 * at Facebook, NSDI 2013, section 3.2.1.
 */
export interface StoredLease<Raw = Uint8Array> {
  /** Stands for the key as it is now: any later write or removal of the key, by anyone, voids it. Opaque. */
  readonly fence: string;
  /** Whether the lease is the caller's now. False: another has it. */
  readonly granted: boolean;
  /** As `read` answers. */
  readonly entry: StoredValue<Raw> | undefined;
}

/** The lease of a key, as a typed backend gives it. */
export interface Lease<T> {
  /** For `setFenced`: any later set or delete of the key, by anyone, voids it. All who ask meanwhile get the same. */
  readonly fence: string;
  /** True: the caller is to load. False: another is loading; wait briefly, or make do with the stale value. */
  readonly granted: boolean;
  /** The entry at this moment, live or stale; undefined also for one whose format or compressor cannot read it. */
  readonly value: CacheValue<T> | undefined;
}

/** How long a lease is asked for: whole milliseconds from 1 to `FENCE_MS`. */
export function checkLeaseTime(ms: number): number {
  return checkInteger("ms", ms, 1, FENCE_MS);
}
