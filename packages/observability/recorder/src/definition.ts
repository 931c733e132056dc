/**
 * Bounds of the buckets of a histogram, in its unit. They are the same in every process, so that buckets
 * add up.
 */
export type Buckets = readonly number[];

/** One metric: its names, its labels, and the way in which its numbers are made. */
export interface Definition {
  /** Name for Prometheus, such as `hitbox_backend_read_total`. */
  readonly name: string;
  /** Name for OpenTelemetry, such as `hitbox.backend.reads`. */
  readonly otel: string;
  readonly kind: "counter" | "gauge" | "histogram";
  /** As UCUM has it: `s`, `By`, or a noun in braces. */
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: Buckets | undefined;
}

/** Seconds of a step in this process. */
export const SHORT: Buckets = [0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];
/** Seconds of a call of a store or a source. */
export const TIMES: Buckets = [
  0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** Seconds of the age of a value. */
export const AGES: Buckets = [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 604_800, 2_592_000];

export function counter(
  name: string,
  otel: string,
  unit: string,
  labels: readonly string[],
  help: string,
): Definition {
  return { name: `hitbox_${name}`, otel: `hitbox.${otel}`, kind: "counter", unit, labels, help };
}

export function gauge(
  name: string,
  otel: string,
  unit: string,
  labels: readonly string[],
  help: string,
): Definition {
  return { name: `hitbox_${name}`, otel: `hitbox.${otel}`, kind: "gauge", unit, labels, help };
}

/** Seconds. */
export function histogram(
  name: string,
  otel: string,
  buckets: Buckets,
  labels: readonly string[],
  help: string,
): Definition {
  return {
    name: `hitbox_${name}`,
    otel: `hitbox.${otel}`,
    kind: "histogram",
    unit: "s",
    labels,
    help,
    buckets,
  };
}
