import { checkKnown, checkOption } from "@hitbox/core";
import { DEFINITIONS, type MetricName, recorder } from "@hitbox/recorder";
import { type MetricRegistry, RegisteredMetric } from "./registry.ts";

export interface PrometheusOptions {
  /** Your registry of prom-client, such as its `register`. */
  readonly register: MetricRegistry;
  /** Most series of each metric; the rest is counted under labels of `*`. Default: 1,000. */
  readonly maxSeries?: number | undefined;
}

export interface PrometheusExporter extends Disposable {
  /** Takes the metrics out of the registry, and counts no more. */
  stop(): void;
}

/**
 * Puts the metrics of all caches and backends of the process into a registry of prom-client. They count
 * from then on.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @throws Error of the registry if it has these metrics already.
 * @example
 * import { Registry } from "prom-client";
 * const register = new Registry();
 * const metrics = prometheus({ register });
 * await cacheBackend(memory({ maxEntries: 10 })).set("greeting", cacheValue("hello"));
 * (await register.metrics()).includes('hitbox_backend_write_total{backend="memory",purpose="value"} 1');
 * // true metrics.stop();
 */
export function prometheus(options: PrometheusOptions): PrometheusExporter {
  checkKnown("prometheus", options, ["register", "maxSeries"], "{ register }");
  const { register, maxSeries } = options;
  const isRegistry =
    typeof register?.registerMetric === "function" && typeof register.removeSingleMetric === "function";
  checkOption(isRegistry, "register", register, "must be a registry of prom-client");
  const counts = recorder({ maxSeries });
  const registered: string[] = [];
  const stop = (): void => {
    counts.stop();
    for (const name of registered.splice(0)) register.removeSingleMetric(name);
  };
  try {
    for (const name of Object.keys(DEFINITIONS) as MetricName[]) {
      const metric = new RegisteredMetric(counts, name);
      register.registerMetric(metric as never);
      registered.push(metric.name);
    }
  } catch (error) {
    stop();
    throw error;
  }
  return { stop, [Symbol.dispose]: stop };
}
