import type { Series, ShownMetric, State } from "./snapshot.ts";

/** Numbers of the time between two states, or since the beginning if there is no earlier one. */
export interface Span {
  readonly from: State | undefined;
  readonly to: State;
}

/** Adds up the series of a metric whose labels begin with these; an empty place fits any label. */
export function total({ metrics }: State, name: ShownMetric, ...labels: readonly string[]): number {
  return fitting(metrics[name], labels).reduce((sum, { value }) => sum + value, 0);
}

/** The part of a total that came in the span. A process that has left takes its numbers away: 0 then. */
export function gained({ from, to }: Span, name: ShownMetric, ...labels: readonly string[]): number {
  const before = from === undefined ? 0 : total(from, name, ...labels);
  return Math.max(0, total(to, name, ...labels) - before);
}

/** Seconds of the span; undefined without an earlier state. */
export function secondsOf({ from, to }: Span): number | undefined {
  return from === undefined || to.at <= from.at ? undefined : (to.at - from.at) / 1_000;
}

/** Events a second. */
export function rate(span: Span, name: ShownMetric, ...labels: readonly string[]): number {
  const seconds = secondsOf(span);
  return seconds === undefined ? 0 : gained(span, name, ...labels) / seconds;
}

/** The buckets of each histogram that is shown. */
const BUCKETS_OF = { readTime: "readTime", readAge: "age", age: "age" } as const;

/** The value that this share of the observations does not exceed, from their buckets. */
export function quantile(
  { from, to }: Span,
  name: keyof typeof BUCKETS_OF,
  share: number,
  ...labels: readonly string[]
): number | undefined {
  const after = bucketsOf(to.metrics[name], labels);
  const before = from === undefined ? [] : bucketsOf(from.metrics[name], labels);
  const counts = after.map((count, index) => Math.max(0, count - (before[index] ?? 0)));
  return quantileOf(counts, to.buckets[BUCKETS_OF[name]], share);
}

/** Linear within a bucket, as Prometheus has it; beyond the last bound it is that bound. */
export function quantileOf(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let left = share * all;
  for (const [index, count] of counts.entries()) {
    const bound = bounds[index];
    const lower = bounds[index - 1] ?? 0;
    if (bound === undefined) return lower;
    if (count > 0 && left <= count) return lower + (bound - lower) * (left / count);
    left -= count;
  }
  return bounds.at(-1);
}

/** The distinct values of the first labels of a metric, in order. */
export function labelsOf({ metrics }: State, name: ShownMetric, places = 1): string[][] {
  const known = new Map(
    metrics[name].map(({ labels }) => {
      const first = labels.slice(0, places);
      return [JSON.stringify(first), first] as const;
    }),
  );
  return [...known.keys()].sort().map((id) => known.get(id) ?? []);
}

export function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function fitting(all: readonly Series[], wanted: readonly string[]): readonly Series[] {
  return all.filter(({ labels }) => wanted.every((label, index) => label === "" || labels[index] === label));
}

function bucketsOf(all: readonly Series[], labels: readonly string[]): number[] {
  const sums: number[] = [];
  for (const { counts = [] } of fitting(all, labels))
    for (const [index, count] of counts.entries()) sums[index] = (sums[index] ?? 0) + count;
  return sums;
}
