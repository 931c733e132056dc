import { type KeyCount, type Metrics, NAMED_KEYS, type Numbers, type Series, SHOWN } from "./snapshot.ts";

/** Adds up the numbers of several processes. */
export function sumOf(all: readonly Numbers[]): Numbers {
  const metrics = SHOWN.map((name) => [name, addSeries(all.flatMap((one) => one.metrics[name] ?? []))]);
  return {
    metrics: Object.fromEntries(metrics) as unknown as Metrics,
    hot: addKeys(all.flatMap(({ hot }) => hot)),
    missed: addKeys(all.flatMap(({ missed }) => missed)),
  };
}

/** Series of equal labels become one. */
function addSeries(all: readonly Series[]): Series[] {
  const byLabels = new Map<string, Series>();
  for (const series of all) {
    const id = JSON.stringify(series.labels);
    const known = byLabels.get(id);
    byLabels.set(id, known === undefined ? series : add(known, series));
  }
  return [...byLabels.values()];
}

function add(one: Series, other: Series): Series {
  const { labels } = one;
  const value = one.value + other.value;
  if (one.counts === undefined || other.counts === undefined) return { labels, value };
  const counts = one.counts.map((count, index) => count + (other.counts?.[index] ?? 0));
  return { labels, value, sum: (one.sum ?? 0) + (other.sum ?? 0), counts };
}

function addKeys(all: readonly KeyCount[]): KeyCount[] {
  const byKey = new Map<string, KeyCount>();
  for (const { key, count, error } of all) {
    const known = byKey.get(key);
    byKey.set(key, { key, count: count + (known?.count ?? 0), error: error + (known?.error ?? 0) });
  }
  return [...byKey.values()].sort((a, b) => b.count - a.count).slice(0, NAMED_KEYS);
}
