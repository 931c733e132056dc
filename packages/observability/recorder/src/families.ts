import type { Buckets, Definition } from "./definition.ts";
import { DEFINITIONS, type HistogramName, type MetricName } from "./definitions.ts";
import { Family } from "./family.ts";
import { HistogramSeries, type NumberSeries } from "./series.ts";

/** Hears of each observation of a histogram. */
export type ObservationListener = (metric: MetricName, labels: readonly string[], value: number) => void;

type SeriesOf<Name extends MetricName> = Name extends HistogramName ? HistogramSeries : NumberSeries;

/** The families of all metrics. */
export type Families = { readonly [Name in MetricName]: Family<SeriesOf<Name>> };

/** Makes them, empty. `most`: series of each. */
export function makeFamilies(most: number, heard: ObservationListener | undefined): Families {
  const made = Object.entries(DEFINITIONS).map(([name, definition]) => [
    name,
    new Family(definition, most, (labels) => seriesOf(name as MetricName, definition, labels, heard)),
  ]);
  return Object.fromEntries(made) as Families;
}

function seriesOf(
  name: MetricName,
  { kind, buckets }: Definition,
  labels: readonly string[],
  heard: ObservationListener | undefined,
): NumberSeries | HistogramSeries {
  if (kind !== "histogram") return { labels, value: 0 };
  const listener = heard && ((value: number) => heard(name, labels, value));
  return new HistogramSeries(labels, buckets as Buckets, listener);
}
