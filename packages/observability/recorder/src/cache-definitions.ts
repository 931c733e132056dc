import { AGES, counter, type Definition, gauge, histogram, TIMES } from "./definition.ts";

export type CacheHistogram = "age" | "load" | "leaseWait";
export type CacheNumber =
  | "requests"
  | "saved"
  | "refreshes"
  | "errors"
  | "retries"
  | "retriesWaiting"
  | "checks";

const cache = ["cache", "entity"];

/** Metrics of calls of a cache. */
export const CACHE_DEFINITIONS: Readonly<Record<CacheHistogram | CacheNumber, Definition>> = {
  requests: counter(
    "cache_requests_total",
    "cache.requests",
    "{request}",
    [...cache, "status"],
    "Calls of a cache, by their answer: hit, stale, miss, collapsed.",
  ),
  age: histogram(
    "cache_hit_age_seconds",
    "cache.hit.age",
    AGES,
    cache,
    "Age of the values that calls were answered with. One answer in 16 is looked at.",
  ),
  saved: counter(
    "cache_saved_seconds_total",
    "cache.saved",
    "s",
    cache,
    "Time of loading that hits, stale answers and collapsed calls were spared.",
  ),
  load: histogram(
    "cache_load_duration_seconds",
    "cache.load.duration",
    TIMES,
    [...cache, "outcome"],
    "Loads, from the call of the loader until the value is stored.",
  ),
  leaseWait: histogram(
    "cache_lease_wait_seconds",
    "cache.lease.wait",
    TIMES,
    [...cache, "outcome"],
    "Time for which loads have waited for another process.",
  ),
  checks: counter(
    "cache_checks_total",
    "cache.checks",
    "{check}",
    [...cache, "outcome"],
    "Answers that were compared with their source: same, stale, changed, failed.",
  ),
  refreshes: counter(
    "cache_refreshes_total",
    "cache.refreshes",
    "{refresh}",
    [...cache, "why"],
    "Values that began to be loaded anew in the background.",
  ),
  errors: counter(
    "cache_errors_total",
    "cache.errors",
    "{error}",
    ["cache", "operation", "code"],
    "Failures that no caller heard of.",
  ),
  retries: counter(
    "cache_retries_total",
    "cache.retries",
    "{change}",
    ["cache", "state"],
    "Deletes and invalidations that had to wait for a tier, by their end: waiting, done, abandoned.",
  ),
  retriesWaiting: gauge(
    "cache_retries_waiting",
    "cache.retries.waiting",
    "{change}",
    ["cache"],
    "Deletes and invalidations that wait for a tier now.",
  ),
};
