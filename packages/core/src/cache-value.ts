import {
  checkFunction,
  checkInstant,
  checkInteger,
  checkKnown,
  checkOption,
  checkTags,
  frozenTags,
} from "./check.ts";
import { type Clock, systemClock } from "./clock.ts";

/** A value with its times (epoch milliseconds) and tags. */
export interface CacheValue<T> {
  readonly data: T;
  /**
   * More than a minute in the future, it makes a value that has an end a miss: the writer's clock was wrong.
   */
  readonly createdAt: number;
  /**
   * From this millisecond on the value is `stale`: usable, but due for a refresh. Undefined: fresh until it
   * expires. It may be later than `expiresAt`: then the value is a copy that ends early, and `staleAt` is the
   * end of the original's freshness.
   */
  readonly staleAt?: number | undefined;
  /** From this millisecond on the value is `expired`: a miss. Undefined: never. */
  readonly expiresAt?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  /**
   * Milliseconds that loading the value took: a whole number from 0 to 2^32 − 1. Undefined: the value was
   * not loaded, or its writer did not measure that.
   */
  readonly loadMs?: number | undefined;
  /**
   * True for the answer of a first tier that goes on while changes by other processes are not heard, see
   * `whenLost` of `compose`: it is stale, whatever its times. Not stored.
   */
  readonly isBehind?: true | undefined;
}

/**
 * All times are milliseconds. `ttl` and `stale` count from `createdAt`; `expiresAt` and `staleAt` are
 * absolute.
 */
export interface CacheValueOptions {
  /** Time to live. 0 is expired at once; `Infinity`, like no `ttl` at all, never expires. Rounded up. */
  readonly ttl?: number | undefined;
  /** Time until stale, useful only below `ttl`. Rounded up. */
  readonly stale?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly staleAt?: number | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly loadMs?: number | undefined;
  /** Default: `now()`. */
  readonly createdAt?: number | undefined;
  /** Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * Makes a `CacheValue`.
 *
 * @throws TypeError for a time that is negative, NaN or past the safe integers, and if `ttl` is given with
 * `expiresAt` or `stale` with `staleAt`.
 * @example
 * const value = cacheValue({ name: "Ada" }, { ttl: 60_000, stale: 30_000, tags: ["users"] });
 */
export function cacheValue<T>(data: T, options: CacheValueOptions = {}): CacheValue<T> {
  checkKnown("cacheValue", options, OPTIONS);
  checkFunction("now", options.now);
  const createdAt = options.createdAt ?? (options.now ?? systemClock)();
  checkInstant("createdAt", createdAt);
  if (options.tags !== undefined) checkTags(options.tags);
  if (options.loadMs !== undefined) checkInteger("loadMs", options.loadMs, 0, LONGEST_LOAD_MS);
  return {
    data,
    createdAt,
    staleAt: instant(createdAt, "stale", options.stale, "staleAt", options.staleAt),
    expiresAt: instant(createdAt, "ttl", options.ttl, "expiresAt", options.expiresAt),
    tags: frozenTags(options.tags),
    loadMs: options.loadMs,
  };
}

const OPTIONS = ["ttl", "stale", "expiresAt", "staleAt", "tags", "loadMs", "createdAt", "now"];
/** The most that the envelope holds: 49 days. */
export const LONGEST_LOAD_MS = 0xffff_ffff;

/** Checks a value that may not come from `cacheValue`. Throws a `TypeError` that names the field. */
export function checkCacheValue<T>(value: CacheValue<T>): CacheValue<T> {
  const isValue = typeof value === "object" && value !== null && "data" in value;
  if (!isValue) checkOption(false, "value", value, "must be a cacheValue");
  // Each set passes here: one look at what is right, and the checks name what is wrong.
  const { createdAt, staleAt = 0, expiresAt = 0, loadMs = 0 } = value;
  const areWhole =
    Number.isSafeInteger(createdAt) &&
    Number.isSafeInteger(staleAt) &&
    Number.isSafeInteger(expiresAt) &&
    Number.isInteger(loadMs);
  const areInRange = Math.min(createdAt, staleAt, expiresAt, loadMs) >= 0 && loadMs <= LONGEST_LOAD_MS;
  if (!areWhole || !areInRange) checkNumbers(value);
  if (value.tags !== undefined) checkTags(value.tags);
  return value;
}

function checkNumbers({ createdAt, staleAt = 0, expiresAt = 0, loadMs = 0 }: CacheValue<unknown>): void {
  checkInstant("createdAt", createdAt);
  checkInstant("staleAt", staleAt);
  checkInstant("expiresAt", expiresAt);
  checkInteger("loadMs", loadMs, 0, LONGEST_LOAD_MS);
}

function instant(
  createdAt: number,
  spanName: string,
  span: number | undefined,
  instantName: string,
  at: number | undefined,
): number | undefined {
  if (span === undefined) return at === undefined ? undefined : checkInstant(instantName, at);
  checkOption(at === undefined, instantName, at, `cannot be given together with ${spanName}`);
  checkOption(typeof span === "number" && span >= 0, spanName, span, "must be milliseconds, 0 or more");
  return span === Number.POSITIVE_INFINITY ? undefined : checkInstant(spanName, createdAt + Math.ceil(span));
}

export type Freshness = "fresh" | "stale" | "expired";

/** The state of a value at `now` (epoch milliseconds, default the current time). Boundaries are inclusive. */
export function freshness(
  value: { readonly staleAt?: number | undefined; readonly expiresAt?: number | undefined },
  now: number = systemClock(),
): Freshness {
  if (value.expiresAt !== undefined && value.expiresAt <= now) return "expired";
  return value.staleAt !== undefined && value.staleAt <= now ? "stale" : "fresh";
}
