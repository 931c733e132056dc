import type { CacheValue } from "./cache-value.ts";
import { checkInteger } from "./check.ts";
import type { StoredValue } from "./stored-value.ts";

/**
 * Milliseconds for which a store remembers a fence, and the longest time of a lease: five minutes. A value
 * that takes longer to load is not stored. The fence of a key with an entry is forgotten with the entry, if
 * the entry ends sooner, but not before the lease does.
 */
export const FENCE_MS = 300_000;

/**
 * A store's answer to a request for the lease of a key. After "leases" in R. Nishtala et al., Scaling
 * Memcache at Facebook, NSDI 2013, section 3.2.1.
 */
export interface StoredLease<Raw = Uint8Array> {
  /**
   * Stands for the present state of the key: any later write or removal of the key, by anyone, voids it.
   * Opaque.
   */
  readonly fence: string;
  /** True if the caller has the lease now. False: another caller has it. */
  readonly granted: boolean;
  /** As `read` answers. */
  readonly entry: StoredValue<Raw> | undefined;
}

/** The lease of a key, as a typed backend gives it. */
export interface Lease<T> {
  /**
   * For `setFenced`. Any later set or delete of the key, by anyone, voids it. All callers until then get the
   * same one.
   */
  readonly fence: string;
  /** True: the caller is to load. False: another caller is loading; wait briefly, or use the stale value. */
  readonly granted: boolean;
  /**
   * The entry at this moment, fresh or stale; undefined also if its format or compressor cannot be read here.
   */
  readonly value: CacheValue<T> | undefined;
}

/** The time of a lease: whole milliseconds from 1 to `FENCE_MS`. */
export function checkLeaseTime(ms: number): number {
  return Number.isInteger(ms) && ms >= 1 && ms <= FENCE_MS ? ms : checkInteger("ms", ms, 1, FENCE_MS);
}
