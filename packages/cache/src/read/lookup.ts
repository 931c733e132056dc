import type { CacheContext, CacheValue, TierOutcome } from "@hitbox/core";
import { NEVER_STALE } from "../policy/policy.ts";
import { namesOf } from "../tags/entry-tags.ts";
import { freshUntil, isFresh } from "./freshness.ts";
import { wholeMs } from "./whole-ms.ts";

/** An entry and its source. Times are epoch milliseconds. */
export interface Lookup<T> {
  /** Undefined for a miss without a loader, and for "not found". */
  readonly value: T | undefined;
  /**
   * - `fresh`, `stale`: a tier had the value. `stale` is past its `ttl`, however long ago, or of a first tier
   *   that may have missed changes
   * - `miss`: nothing was stored. With a loader, the value was loaded for this call
   * - `expired`: the stored value was too old for this call, so it was loaded
   * - `collapsed`: loaded for another call, which this one waited for
   * - `bypass`: loaded, because `mode` skips reads
   */
  readonly status: "fresh" | "stale" | "miss" | "expired" | "collapsed" | "bypass";
  /**
   * Label path of the tier that answered, such as `memory>redis.redis`. Undefined for a loaded value, for a
   * miss, and if another call has read it.
   */
  readonly source: string | undefined;
  /** Milliseconds since the value was requested from its source; undefined for a miss. */
  readonly age: number | undefined;
  /** Time at which the value was requested from its source; undefined for a miss. */
  readonly createdAt: number | undefined;
  /** Time at which the value becomes stale. Undefined for a miss, and for a value that is fresh for ever. */
  readonly staleAt: number | undefined;
  /** Time at which the value ends. Undefined for a miss, and for a value that is kept for ever. */
  readonly expiresAt: number | undefined;
  /** The tags that callers have given. */
  readonly tags: readonly string[];
  /**
   * Whole milliseconds that the loader of the value took, now or when the stored value was loaded. Undefined
   * for a miss, and for a value that was set.
   */
  readonly loadMs: number | undefined;
  /** True if the value was loaded and has been stored. */
  readonly stored: boolean;
  /** The work of each tier for this call. Background work is added when it ends. */
  readonly tiers: readonly TierOutcome[];
}

type Entry = CacheValue<unknown> | undefined;

interface Loaded {
  readonly at: number;
  readonly ms: number;
  readonly isStored: boolean;
}

/** What a tier has, if any has. */
export function lookupOf<T>(
  value: T | undefined,
  entry: Entry,
  context: CacheContext,
  now: number,
): Lookup<T> {
  const { tiers } = context;
  if (entry === undefined) return { ...MISS, value: undefined, tiers };
  const { createdAt, expiresAt, loadMs } = entry;
  const source = context.source === "upstream" ? undefined : context.source;
  const status = isFresh(entry, now) ? "fresh" : "stale";
  const age = now - createdAt;
  const staleAt = instant(freshUntil(entry));
  const tags = namesOf(entry.tags);
  return { ...MISS, value, status, source, age, createdAt, staleAt, expiresAt, tags, loadMs, tiers };
}

/** What a loader has answered. It is over at once if it was not to be stored. */
export function loadedLookup<T>(
  value: T | undefined,
  status: Lookup<T>["status"],
  entry: Entry,
  { at: createdAt, ms, isStored: stored }: Loaded,
  { tiers }: CacheContext,
  now: number,
): Lookup<T> {
  const age = now - createdAt;
  const staleAt = entry ? instant(freshUntil(entry)) : createdAt;
  const expiresAt = entry ? entry.expiresAt : createdAt;
  const tags = namesOf(entry?.tags);
  const loadMs = wholeMs(ms);
  return { ...MISS, value, status, age, createdAt, staleAt, expiresAt, tags, loadMs, stored, tiers };
}

const MISS = {
  status: "miss",
  source: undefined,
  age: undefined,
  createdAt: undefined,
  staleAt: undefined,
  expiresAt: undefined,
  tags: [],
  loadMs: undefined,
  stored: false,
} as const;

function instant(at: number): number | undefined {
  return at < NEVER_STALE ? at : undefined;
}
