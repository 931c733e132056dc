import { codeOf } from "./code-of.ts";
import { Collector, growthOf } from "./collector.ts";
import type { Families } from "./families.ts";
import type { Listeners } from "./listen.ts";
import type { Calls } from "./messages.ts";
import type { NumberSeries } from "./series.ts";
import { TwoKeys } from "./two-keys.ts";

/** The loads of an entity that have succeeded: for values that do not say how long they took. */
interface Loads {
  loads: number;
  seconds: number;
}

export interface CacheMetrics {
  readonly listeners: Listeners;
  readonly calls: Collector<Calls>;
}

/** Counts the messages and the calls of caches. */
export function cacheMetrics(families: Families, most: number): CacheMetrics {
  const { age, checks, errors, leaseWait, load, refreshes, retries, retriesWaiting } = families;
  const loads = new TwoKeys<Loads>(most, () => ({ loads: 0, seconds: 0 }));
  const listeners: Listeners = {
    "hitbox:cache:age": ({ cache, entity, ageMs }) => age.of(cache, entity).observe(ageMs / 1_000),
    "hitbox:cache:load": ({ cache, entity, outcome, durationMs }) => {
      const seconds = durationMs / 1_000;
      load.of(cache, entity, outcome).observe(seconds);
      if (outcome !== "failed") noteLoad(loads.of(cache, entity), seconds);
    },
    "hitbox:cache:lease": ({ cache, entity, outcome, durationMs }) =>
      leaseWait.of(cache, entity, outcome).observe(durationMs / 1_000),
    "hitbox:cache:refresh": ({ cache, entity, why }) => add(refreshes.of(cache, entity, why)),
    "hitbox:cache:check": ({ cache, entity, outcome }) => add(checks.of(cache, entity, outcome)),
    "hitbox:cache:error": ({ cache, operation, error }) => add(errors.of(cache, operation, codeOf(error))),
    "hitbox:cache:retry": ({ cache, state, waiting }) => {
      add(retries.of(cache, state));
      retriesWaiting.of(cache).value = waiting;
    },
  };
  const collectOf = (calls: Calls) => collectCalls(families, calls, loads.of(calls.cache, calls.entity));
  return { listeners, calls: new Collector("hitbox:cache:tally", collectOf) };
}

const STATUSES = ["hit", "stale", "miss", "collapsed"] as const;

function collectCalls({ requests, saved }: Families, calls: Calls, loads: Loads): () => void {
  const { cache, entity } = calls;
  const growth = growthOf(calls, [...STATUSES, "savedMs", "untimed"]);
  return () => {
    const more = growth();
    if (more === undefined) return;
    for (const status of STATUSES) requests.of(cache, entity, status).value += more[status];
    const mean = loads.loads === 0 ? 0 : loads.seconds / loads.loads;
    saved.of(cache, entity).value += more.savedMs / 1_000 + more.untimed * mean;
  };
}

function noteLoad(loads: Loads, seconds: number): void {
  loads.loads += 1;
  loads.seconds += seconds;
}

function add(series: NumberSeries): void {
  series.value += 1;
}
