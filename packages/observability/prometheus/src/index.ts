export { type PrometheusExporter, type PrometheusOptions, prometheus } from "./prometheus.ts";
export type { MetricRegistry } from "./registry.ts";
