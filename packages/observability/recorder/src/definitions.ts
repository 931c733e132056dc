import { BACKEND_DEFINITIONS, type BackendHistogram, type BackendNumber } from "./backend-definitions.ts";
import { CACHE_DEFINITIONS, type CacheHistogram, type CacheNumber } from "./cache-definitions.ts";
import type { Definition } from "./definition.ts";
import { TIER_DEFINITIONS, type TierNumber } from "./tier-definitions.ts";

/** Metrics that are histograms, by their short names. */
export type HistogramName = CacheHistogram | BackendHistogram;
/** Metrics that are counters or gauges, by their short names. */
export type NumberName = CacheNumber | BackendNumber | TierNumber;
export type MetricName = HistogramName | NumberName;

/** All metrics of hitbox. */
export const DEFINITIONS: Readonly<Record<MetricName, Definition>> = {
  ...CACHE_DEFINITIONS,
  ...BACKEND_DEFINITIONS,
  ...TIER_DEFINITIONS,
};
