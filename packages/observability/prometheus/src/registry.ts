import type { HistogramSeries, Metric, NumberSeries, Recorder } from "@hitbox/recorder";

/** The methods of a registry of prom-client that are called. */
export interface MetricRegistry {
  registerMetric(metric: never): void;
  removeSingleMetric(name: string): void;
}

type Labels = Readonly<Record<string, string | number>>;
interface Value {
  readonly metricName?: string;
  readonly labels: Labels;
  readonly value: number;
}

/**
 * A metric as a registry of prom-client reads it: its numbers are made when somebody asks for them. They
 * add up over the workers of a cluster.
 */
export class RegisteredMetric {
  /** A registry of OpenMetrics sets it, to a name without `_total`. */
  name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator = "sum";
  readonly #read: () => Metric;

  constructor(recorder: Recorder, metric: Parameters<Recorder["read"]>[0]) {
    this.#read = () => recorder.read(metric);
    const { name, help, kind } = this.#read().definition;
    this.name = name;
    this.help = help;
    this.type = kind;
  }

  async get(): Promise<object> {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: valuesOf(this.#read(), name) };
  }

  /** Counters of hitbox go on: they are read from a recorder. */
  reset(): void {}
}

function valuesOf({ definition, series }: Metric, name: string): Value[] {
  const { buckets, labels: names } = definition;
  const labelsOf = ({ labels }: { labels: readonly string[] }): Labels =>
    Object.fromEntries(names.map((label, index) => [label, labels[index] as string]));
  if (buckets === undefined)
    return (series as readonly NumberSeries[]).map((one) => ({ labels: labelsOf(one), value: one.value }));
  return (series as readonly HistogramSeries[]).flatMap((one) =>
    histogramOf(name, labelsOf(one), buckets, one),
  );
}

/** Prometheus has each bucket with all observations up to its bound. */
function histogramOf(
  name: string,
  labels: Labels,
  buckets: readonly number[],
  { counts, sum, count }: HistogramSeries,
): Value[] {
  let total = 0;
  const bounds = [...buckets, "+Inf"].map((le, index) => {
    total += counts[index] as number;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
  });
  return [
    ...bounds,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
