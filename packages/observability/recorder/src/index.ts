export type { Buckets, Definition } from "./definition.ts";
export { DEFINITIONS, type HistogramName, type MetricName, type NumberName } from "./definitions.ts";
export type { ObservationListener } from "./families.ts";
export { type Metric, type Recorder, type RecorderOptions, recorder } from "./recorder.ts";
export type { HistogramSeries, NumberSeries } from "./series.ts";
