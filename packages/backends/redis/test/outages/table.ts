import { readFileSync, writeFileSync } from "node:fs";
import type { Library } from "./connect.ts";
import { cells, type First, HEADINGS, type Row } from "./outage.ts";

const DOCUMENT = new URL("../../../../../docs/reliability.md", import.meta.url);

/** The comment lines around a table. */
function marks(first: First, library: Library): [start: string, end: string] {
  const name = `outages, ${library}${first === "coherent" ? ", coherent" : ""}`;
  return [`<!-- ${name}: written by a test run with RELIABILITY_TABLE=write -->`, `<!-- end of ${name} -->`];
}

/** Writes the table into docs/reliability.md, where the environment asks for it. */
export function writeTable(first: First, library: Library, rows: readonly Row[]): void {
  if (process.env.RELIABILITY_TABLE !== "write" || rows.length === 0) return;
  const text = readFileSync(DOCUMENT, "utf8");
  const [start, end] = marks(first, library);
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < 0) throw new Error("docs/reliability.md has no place for the table");
  const lines = [HEADINGS, HEADINGS.map(() => "---"), ...rows.map(cells)].map(
    (row) => `| ${row.join(" | ")} |`,
  );
  writeFileSync(
    DOCUMENT,
    `${text.slice(0, before + start.length)}\n${lines.join("\n")}\n${text.slice(after)}`,
  );
}
