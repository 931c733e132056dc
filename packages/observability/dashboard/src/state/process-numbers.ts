import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Clock } from "@hitbox/core";
import { type Metric, recorder } from "@hitbox/recorder";
import { type Metrics, type Series, SHOWN, type Snapshot } from "./snapshot.ts";
import { TrackedKeys } from "./tracked-keys.ts";

/** A snapshot is shared through a store, so it is kept small. */
const MOST_SERIES = 100;

/** Counts this process, from when it is made until it is stopped. */
export class ProcessNumbers {
  readonly id: string = randomUUID();
  readonly #now: Clock;
  readonly #since: number;
  readonly #recorder = recorder({ maxSeries: MOST_SERIES });
  readonly #keys: TrackedKeys;

  constructor(now: Clock, trackedKeys: number) {
    this.#now = now;
    this.#since = now();
    this.#keys = new TrackedKeys(trackedKeys);
  }

  snapshot(): Snapshot {
    const { hot, missed } = this.#keys;
    const info = { id: this.id, host: hostname(), pid: process.pid, since: this.#since, at: this.#now() };
    return { ...info, metrics: this.#metrics(), hot, missed };
  }

  stop(): void {
    this.#recorder.stop();
    this.#keys.stop();
  }

  #metrics(): Metrics {
    return Object.fromEntries(
      SHOWN.map((name) => [name, seriesOf(this.#recorder.read(name))]),
    ) as unknown as Metrics;
  }
}

function seriesOf(metric: Metric): Series[] {
  return metric.series.map((series) =>
    "counts" in series
      ? { labels: series.labels, value: series.count, sum: series.sum, counts: [...series.counts] }
      : { labels: series.labels, value: series.value },
  );
}
