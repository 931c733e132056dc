import { SHOWN, type Snapshot, type State } from "./snapshot.ts";

/** True for a snapshot: another release may have written it. */
export function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== "object" || value === null) return false;
  const { at, host, hot, id, metrics, missed, pid, since } = value as Partial<Snapshot>;
  const hasInfo = typeof id === "string" && typeof host === "string" && typeof pid === "number";
  const hasTimes = typeof at === "number" && typeof since === "number";
  return hasInfo && hasTimes && areKeys(hot) && areKeys(missed) && areMetrics(metrics);
}

/** True for the state of a dashboard: a server of another kind or release may have answered. */
export function isDashboardState(value: unknown): value is State {
  if (typeof value !== "object" || value === null) return false;
  const { at, buckets, hot, metrics, missed, processes, switches } = value as Partial<State>;
  const hasNumbers = areKeys(hot) && areKeys(missed) && areMetrics(metrics) && hasEvery(metrics);
  const hasLists = Array.isArray(processes) && Array.isArray(switches);
  return typeof at === "number" && hasLists && hasNumbers && areBuckets(buckets);
}

function hasEvery(metrics: object): boolean {
  return SHOWN.every((name) => Object.hasOwn(metrics, name));
}

function areBuckets(buckets: unknown): boolean {
  if (typeof buckets !== "object" || buckets === null) return false;
  const { age, readTime } = buckets as Record<string, unknown>;
  return [age, readTime].every((bounds) => Array.isArray(bounds) && bounds.every(isNumber));
}

function areKeys(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every((one) => typeof one?.key === "string" && isNumber(one.count));
}

function areMetrics(metrics: unknown): metrics is object {
  if (typeof metrics !== "object" || metrics === null) return false;
  return Object.values(metrics).every((all) => Array.isArray(all) && all.every(isSeries));
}

function isSeries(series: unknown): boolean {
  if (typeof series !== "object" || series === null) return false;
  const { counts, labels, value } = series as Record<string, unknown>;
  const hasCounts = counts === undefined || (Array.isArray(counts) && counts.every(isNumber));
  return (
    isNumber(value) &&
    hasCounts &&
    Array.isArray(labels) &&
    labels.every((label) => typeof label === "string")
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}
