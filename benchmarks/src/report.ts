import { cpus } from "node:os";
import type { Result } from "./compare.ts";

const HEADINGS = ["case", "baseline", "subject", "ratio (quartiles)", "goal", ""] as const;

/** A table in Markdown. */
export function table(results: readonly Result[]): string {
  const rows = [HEADINGS, ...results.map(row)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head, ...body] = rows.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

function row(result: Result): readonly string[] {
  const { name, baseline, subject, baselineNs, subjectNs, value, spread, ratio, goal, met } = result;
  const isAdded = ratio === "added";
  const unit = isAdded ? " ns" : "×";
  const digits = isAdded ? 0 : 2;
  const bound = goal === undefined ? "" : `${ratio === "throughput" ? "≥" : "≤"} ${goal}${unit} ${ratio}`;
  const range = spread.map((edge) => edge.toFixed(digits)).join("–");
  const verdict = met === undefined ? "" : met ? "met" : "missed";
  return [
    name,
    `${baseline}: ${duration(baselineNs)}`,
    `${subject}: ${duration(subjectNs)}`,
    `${value.toFixed(digits)}${unit} (${range})`,
    bound,
    verdict,
  ];
}

function duration(nanoseconds: number): string {
  return nanoseconds < 1_000 ? `${nanoseconds.toFixed(0)} ns` : `${(nanoseconds / 1_000).toFixed(1)} µs`;
}

/** What `results/latest.json` holds. */
export function record(results: readonly Result[]): object {
  return {
    date: new Date().toISOString(),
    node: process.version,
    processor: cpus()[0]?.model,
    cores: cpus().length,
    results,
  };
}
