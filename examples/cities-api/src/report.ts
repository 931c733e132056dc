import type { Sample } from "./drive.ts";

export interface Run {
  readonly title: string;
  readonly samples: readonly Sample[];
  /** From the first request to the last answer. */
  readonly wallMs: number;
}

/** A table of where the answers came from, and how fast. Latencies are the client's; every source has its row. */
export function table({ samples }: Run, sources: readonly string[]): string[] {
  const others = new Set(samples.map(({ source }) => source).filter((source) => !sources.includes(source)));
  const rows = [...sources, ...others].map((source) => row(source, samples));
  return align([["source", "count", "share", "p50", "p99"], ...rows]);
}

function row(source: string, samples: readonly Sample[]): string[] {
  const latencies = samples.filter((sample) => sample.source === source).map(({ latencyMs }) => latencyMs);
  latencies.sort((a, b) => a - b);
  return [
    source,
    count(latencies.length),
    percent(latencies.length / samples.length),
    milliseconds(percentile(latencies, 50)),
    milliseconds(percentile(latencies, 99)),
  ];
}

/** Nearest rank: the smallest value that `percentage` % of all do not exceed. Undefined where there is none. */
export function percentile(sorted: readonly number[], percentage: number): number | undefined {
  return sorted[Math.max(0, Math.ceil((sorted.length * percentage) / 100) - 1)];
}

/** Mean milliseconds of all scans; undefined where there was none. */
export function meanScanMs(samples: readonly Sample[]): number | undefined {
  const scans = samples.flatMap(({ scanMs }) => scanMs ?? []);
  return scans.length === 0 ? undefined : sum(scans) / scans.length;
}

/** What the same requests would have cost without a cache, and how that is reckoned. */
export function saving({ samples }: Run, scanMs: number | undefined): string {
  if (scanMs === undefined) return "saving: not known, for no request needed a scan to time";
  const without = samples.length * scanMs;
  const spent = sum(samples.map(({ serviceMs }) => serviceMs));
  return (
    `saving: ${percent(1 - spent / without)} of the time. Without a cache ${count(samples.length)} scans ` +
    `of ${scanMs.toFixed(2)} ms = ${seconds(without)}; with it the service took ${seconds(spent)} in all`
  );
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function milliseconds(ms: number | undefined): string {
  return ms === undefined ? "-" : `${ms.toFixed(2)} ms`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Columns as wide as their widest cell, the first to the left, the others to the right. */
function align(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((cells) => `  ${cells.map(pad).join("   ")}`);
}
