import { codeOf } from "./code-of.ts";
import type { Families } from "./families.ts";
import type { Listeners } from "./listen.ts";
import type { Answer } from "./messages.ts";
import type { HistogramSeries, NumberSeries } from "./series.ts";
import { TwoKeys } from "./two-keys.ts";

/** One answer of so many is looked at for its age. */
const AGE_EVERY = 16;

/** The series of one entity of one cache. A hit finds them at once, and adds to them. */
interface Space {
  readonly hit: NumberSeries;
  readonly stale: NumberSeries;
  readonly miss: NumberSeries;
  readonly collapsed: NumberSeries;
  readonly saved: NumberSeries;
  readonly age: HistogramSeries;
  /** Of the loads that have succeeded: for values that do not say how long they took. */
  loadMs: number;
  loads: number;
  meanMs: number;
  /** Answers until the next look at an age. */
  untilAge: number;
}

/** Counts the messages of caches. */
export function cacheMetrics(families: Families, most: number): Listeners {
  const { errors, leaseWait, load, refreshes, retries, retriesWaiting } = families;
  const spaces = new TwoKeys(most, (cache, entity) => spaceOf(families, cache, entity));
  return {
    "hitbox:cache:answer": (message) => noteAnswer(spaces.of(message.cache, message.entity), message),
    "hitbox:cache:load": ({ cache, entity, outcome, durationMs }) => {
      load.of(cache, entity, outcome).observe(durationMs / 1_000);
      if (outcome === "failed") return;
      const space = spaces.of(cache, entity);
      space.loadMs += durationMs;
      space.loads += 1;
      space.meanMs = space.loadMs / space.loads;
    },
    "hitbox:cache:lease": ({ cache, entity, outcome, durationMs }) =>
      leaseWait.of(cache, entity, outcome).observe(durationMs / 1_000),
    "hitbox:cache:refresh": ({ cache, entity, why }) => add(refreshes.of(cache, entity, why)),
    "hitbox:cache:error": ({ cache, operation, error }) => add(errors.of(cache, operation, codeOf(error))),
    "hitbox:cache:retry": ({ cache, state, waiting }) => {
      add(retries.of(cache, state));
      retriesWaiting.of(cache).value = waiting;
    },
  };
}

function spaceOf({ requests, saved, age }: Families, cache: string, entity: string): Space {
  const of = (status: string): NumberSeries => requests.of(cache, entity, status);
  return {
    ...{ hit: of("hit"), stale: of("stale"), miss: of("miss"), collapsed: of("collapsed") },
    ...{
      saved: saved.of(cache, entity),
      age: age.of(cache, entity),
      loadMs: 0,
      loads: 0,
      meanMs: 0,
      untilAge: 0,
    },
  };
}

function noteAnswer(space: Space, answer: Answer): void {
  const series = space[answer.status];
  series.value += 1;
  if (series === space.miss) return;
  space.saved.value += (answer.loadMs ?? space.meanMs) / 1_000;
  if (space.untilAge === 0) noteAge(space, answer.age);
  else space.untilAge -= 1;
}

/** A look at the clock takes longer than all the rest, so one answer speaks for the others. */
function noteAge(space: Space, age: number | undefined): void {
  if (age === undefined) return;
  space.age.observe(age / 1_000);
  space.untilAge = AGE_EVERY - 1;
}

function add(series: NumberSeries): void {
  series.value += 1;
}
