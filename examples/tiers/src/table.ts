import type { Row, Section } from "./row.ts";

const COLUMNS = ["policy", "scenario", "answered by", "p50", "p99", "failed tiers", "afterwards"] as const;
const NUMBERS: ReadonlySet<string> = new Set(["p50", "p99"]);

/** The section's lines. A column in which no row has anything is left out. */
export function table({ title, rows }: Section): string[] {
  const columns = COLUMNS.filter((column) => rows.some((row) => row[column] !== ""));
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => pad(cell, columns[index] as keyof Row, widths[index] as number)).join("  ");
  const lines = [line(columns), ...rows.map((row) => line(columns.map((column) => row[column])))];
  return [title, ...lines.map((each) => `  ${each}`.trimEnd())];
}

function pad(cell: string, column: keyof Row, width: number): string {
  return NUMBERS.has(column) ? cell.padStart(width) : cell.padEnd(width);
}
