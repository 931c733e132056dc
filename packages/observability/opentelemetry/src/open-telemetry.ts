import { checkKnown, checkOption } from "@hitbox/core";
import { DEFINITIONS, type Definition, type MetricName, type Recorder, recorder } from "@hitbox/recorder";
import { type Histogram, type Meter, type MeterProvider, metrics, type Observable } from "@opentelemetry/api";
import { Attributed } from "./attributed.ts";

export interface OpenTelemetryOptions {
  /** Default: the one that your SDK has registered. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Most series of each metric; the rest is counted under attributes of `*`. Default: 1,000. */
  readonly maxSeries?: number | undefined;
}

export interface OpenTelemetryExporter extends Disposable {
  /** Counts no more, and tells no more. */
  stop(): void;
}

/**
 * Tells OpenTelemetry the metrics of all caches and backends of the process. They count from then on. Call it
 * when your SDK has started.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const exporter = openTelemetry();
 * exporter.stop();
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): OpenTelemetryExporter {
  checkKnown("openTelemetry", options, ["meterProvider", "maxSeries"]);
  const { meterProvider = metrics.getMeterProvider(), maxSeries } = options;
  const isProvider = typeof meterProvider?.getMeter === "function";
  checkOption(isProvider, "meterProvider", meterProvider, "must be a MeterProvider of OpenTelemetry");
  const histograms = new Map<MetricName, Histogram>();
  const attributed = new Attributed();
  const counts = recorder({
    maxSeries,
    onObservation: (name, labels, value) => histograms.get(name)?.record(value, attributed.of(name, labels)),
  });
  const meter = meterProvider.getMeter("@hitbox/opentelemetry");
  const ends = (Object.entries(DEFINITIONS) as [MetricName, Definition][]).map(([name, definition]) => {
    if (definition.kind !== "histogram") return observe(meter, name, definition, counts, attributed);
    histograms.set(name, histogramOf(meter, definition));
    return () => histograms.delete(name);
  });
  const stop = (): void => {
    counts.stop();
    for (const end of ends.splice(0)) end();
  };
  return { stop, [Symbol.dispose]: stop };
}

function histogramOf(meter: Meter, { otel, unit, help, buckets = [] }: Definition): Histogram {
  const advice = { explicitBucketBoundaries: [...buckets] };
  return meter.createHistogram(otel, { unit, description: help, advice });
}

/** Has the numbers read when they are collected. Returns the function that ends it. */
function observe(
  meter: Meter,
  name: MetricName,
  { otel, unit, help, kind }: Definition,
  counts: Recorder,
  attributed: Attributed,
): () => void {
  const options = { unit, description: help };
  const instrument: Observable =
    kind === "counter"
      ? meter.createObservableCounter(otel, options)
      : meter.createObservableUpDownCounter(otel, options);
  const tell: Parameters<Observable["addCallback"]>[0] = (result) => {
    for (const one of counts.read(name).series)
      if ("value" in one) result.observe(one.value, attributed.of(name, one.labels));
  };
  instrument.addCallback(tell);
  return () => instrument.removeCallback(tell);
}
