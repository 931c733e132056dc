import { checkFunction, checkInteger, checkKnown } from "@hitbox/core";
import { backendMetrics } from "./backend-metrics.ts";
import { cacheMetrics } from "./cache-metrics.ts";
import type { Definition } from "./definition.ts";
import { DEFINITIONS, type MetricName } from "./definitions.ts";
import { makeFamilies, type ObservationListener } from "./families.ts";
import { listen } from "./listen.ts";
import { MemoryMetrics } from "./memory-metrics.ts";
import type { HistogramSeries, NumberSeries } from "./series.ts";
import { tierMetrics } from "./tier-metrics.ts";

export interface RecorderOptions {
  /** Most series of each metric; the rest is counted under labels of `*`. Default: 1,000. */
  readonly maxSeries?: number | undefined;
  /** Called with each observation of a histogram, in its unit. Default: nobody hears. */
  readonly onObservation?: ObservationListener | undefined;
}

/** One metric with its numbers now. Values of labels are in the order of the definition's labels. */
export type Metric =
  | {
      readonly definition: Definition & { readonly kind: "counter" | "gauge" };
      readonly series: readonly NumberSeries[];
    }
  | {
      readonly definition: Definition & { readonly kind: "histogram" };
      readonly series: readonly HistogramSeries[];
    };

/** Counts the messages of this process, from when it is made until it is stopped. */
export interface Recorder extends Disposable {
  /** The numbers of one metric now. */
  read(name: MetricName): Metric;
  /** Counts no more. Numbers stay. */
  stop(): void;
}

/**
 * Counts the messages of all caches and backends of the process. For exporters: `@hitbox/prometheus` and
 * `@hitbox/opentelemetry` are made of it.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * using metrics = recorder();
 * await cacheBackend(memory({ maxEntries: 10 })).set("greeting", cacheValue("hello"));
 * metrics.read("writes").series.map(({ labels }) => labels); // [["memory", "value"]]
 */
export function recorder(options: RecorderOptions = {}): Recorder {
  checkKnown("recorder", options, ["maxSeries", "onObservation"]);
  const { maxSeries = 1_000, onObservation } = options;
  checkInteger("maxSeries", maxSeries, 1, 1_000_000);
  checkFunction("onObservation", onObservation);
  const families = makeFamilies(maxSeries, onObservation);
  const memories = new MemoryMetrics(families, maxSeries);
  const caches = cacheMetrics(families, maxSeries);
  const backends = backendMetrics(families, maxSeries);
  const end = listen({
    ...caches.listeners,
    ...backends.listeners,
    ...tierMetrics(families),
    "hitbox:memory:changed": (memory) => memories.note(memory),
  });
  const { calls } = caches;
  const { hits } = backends;
  const collectors = { requests: calls, saved: calls, reads: hits, readHits: hits, readTime: hits };
  const stop = (): void => {
    end();
    for (const collector of [calls, hits]) collector.stop();
  };
  return {
    read(name) {
      if (name.startsWith("memory")) memories.refresh();
      if (name in collectors) collectors[name as keyof typeof collectors].collect();
      return { definition: DEFINITIONS[name], series: [...families[name].series] } as Metric;
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
