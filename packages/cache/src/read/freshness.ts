import type { CacheValue } from "@hitbox/core";
import type { StaleMessage } from "../channels.ts";
import type { Policy, RefreshAhead } from "../policy/policy.ts";

type Times = Pick<CacheValue<unknown>, "createdAt" | "staleAt" | "expiresAt" | "loadMs">;

/** Epoch milliseconds until which the entry is fresh. */
export function freshUntil({ staleAt, expiresAt }: Omit<Times, "createdAt">): number {
  return staleAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
}

/** True if an answer counts as fresh: it is not of a tier that may have missed changes, either. */
export function isFresh({ staleAt, expiresAt, isBehind }: CacheValue<unknown>, now: number): boolean {
  const end = staleAt ?? expiresAt;
  return (end === undefined || now < end) && !isBehind;
}

/** `fresh`; `stale`, and still an answer; or no answer to a call of a `policy`. */
export type Use = "fresh" | "stale" | "none";

export function useOf(
  { createdAt, staleAt, expiresAt }: Times,
  now: number,
  { answerWithin, maxAge }: Pick<Policy, "answerWithin" | "maxAge">,
): Use {
  const end = staleAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
  if (now - createdAt > maxAge) return "none";
  if (now < end) return "fresh";
  return now < end + answerWithin ? "stale" : "none";
}

/** The reason why an answer that is not fresh is one, if `otherwise` is none. */
export function whyStale(
  entry: CacheValue<unknown>,
  now: number,
  otherwise: StaleMessage["why"] = "revalidate",
): StaleMessage["why"] {
  return entry.isBehind && now < freshUntil(entry) ? "lost" : otherwise;
}

/**
 * True if an entry may be answered with: fresh, or stale for less than `window` milliseconds, and not older
 * than `maxAge`.
 */
export function isWithinGrace(
  entry: Times,
  now: number,
  window: number,
  maxAge: number = Number.POSITIVE_INFINITY,
): boolean {
  const end = freshUntil(entry);
  return (now < end || now < end + window) && now - entry.createdAt <= maxAge;
}

/**
 * True if an entry is due for `refreshAhead`. Ask once for each call: `adaptive` draws lots, so a second
 * question would change how likely a refresh is.
 */
export function isDue(
  entry: Times,
  now: number,
  refreshAhead: RefreshAhead | undefined,
  random: () => number,
): boolean {
  if (refreshAhead === undefined) return false;
  if (refreshAhead === "adaptive") return isDrawn(entry, now, random);
  const { createdAt } = entry;
  return now - createdAt >= refreshAhead * (freshUntil(entry) - createdAt);
}

/**
 * XFetch: Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015,
 * with beta = 1 (https://cseweb.ucsd.edu/~avattani/papers/cache_stampede.pdf). The time ahead of the end is
 * that of the load, times an exponential variate.
 */
function isDrawn(entry: Times, now: number, random: () => number): boolean {
  const { loadMs } = entry;
  return loadMs !== undefined && now - loadMs * Math.log(random()) >= freshUntil(entry);
}
