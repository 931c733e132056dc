import type { Snapshot } from "./snapshot.ts";

/** Whether a value from the store is a snapshot: another release may have written it. */
export function isSnapshot(value: unknown): value is Snapshot {
  if (typeof value !== "object" || value === null) return false;
  const { at, host, hot, id, metrics, missed, pid, since } = value as Partial<Snapshot>;
  const hasInfo = typeof id === "string" && typeof host === "string" && typeof pid === "number";
  const hasTimes = typeof at === "number" && typeof since === "number";
  return hasInfo && hasTimes && areKeys(hot) && areKeys(missed) && areMetrics(metrics);
}

function areKeys(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every((one) => typeof one?.key === "string" && isNumber(one.count));
}

function areMetrics(metrics: unknown): boolean {
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
