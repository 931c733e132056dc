import { type MetricName, type Recorder, type RecorderOptions, recorder } from "@hitbox/recorder";
import { onTestFinished } from "vitest";

/** A recorder that ends with the test. */
export function openRecorder(options?: RecorderOptions): Recorder {
  const metrics = recorder(options);
  onTestFinished(() => metrics.stop());
  return metrics;
}

/** The numbers of a metric by the values of its labels; sums of a histogram. */
export function valuesOf(metrics: Recorder, name: MetricName): Record<string, number> {
  const { series } = metrics.read(name);
  return Object.fromEntries(
    series.map((one) => [one.labels.join(" "), "value" in one ? one.value : one.sum]),
  );
}
