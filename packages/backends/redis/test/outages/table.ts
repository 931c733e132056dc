import { readFileSync, writeFileSync } from "node:fs";
import type { Library } from "./connect.ts";
import { IS_WRITING } from "./is-writing.ts";
import { cells, type First, HEADINGS, type Row } from "./outage.ts";

const DOCUMENT = new URL("../../../../../docs/how-it-works/reliability.md", import.meta.url);

/** The comment lines around a table. */
function marks(first: First, library: Library): [start: string, end: string] {
  const name = `outages, ${library}${first === "coherent" ? ", coherent" : ""}`;
  return [`<!-- ${name}: written by a test run with RELIABILITY_TABLE=write -->`, `<!-- end of ${name} -->`];
}

/**
 * Writes rows into a table of docs/how-it-works/reliability.md, where the environment asks for it. Rows of
 * outages that were not measured now stay as they are.
 */
export function writeTable(
  first: First,
  library: Library,
  names: readonly string[],
  rows: readonly Row[],
): void {
  if (!IS_WRITING) return;
  const text = readFileSync(DOCUMENT, "utf8");
  const [start, end] = marks(first, library);
  const [before, after] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (before < start.length || after < 0) throw new Error("the page has no place for the table");
  const known = new Map(rowsOf(text.slice(before, after)));
  for (const row of rows) known.set(row.name, lineOf(cells(row)));
  const lines = [HEADINGS, HEADINGS.map(() => "---")].map(lineOf);
  for (const name of names) lines.push(...[known.get(name)].filter((line) => line !== undefined));
  writeFileSync(DOCUMENT, `${text.slice(0, before)}\n${lines.join("\n")}\n${text.slice(after)}`);
}

function rowsOf(table: string): [name: string, line: string][] {
  return table.split("\n").map((line) => [line.split(" | ")[0]?.slice(2) ?? "", line]);
}

function lineOf(row: readonly string[]): string {
  return `| ${row.join(" | ")} |`;
}
