import { readFileSync, writeFileSync } from "node:fs";
import { cells, type First, HEADINGS, type Row } from "./outage.ts";

const DOCUMENT = new URL("../../../../../docs/reliability.md", import.meta.url);
const MARKS = {
  alone: ["<!-- outages: written by a test run with RELIABILITY_TABLE=write -->", "<!-- end of outages -->"],
  coherent: ["<!-- outages, coherent: written likewise -->", "<!-- end of outages, coherent -->"],
} as const;

/** Writes the table into docs/reliability.md, where the environment asks for it. */
export function writeTable(first: First, rows: readonly Row[]): void {
  if (process.env.RELIABILITY_TABLE !== "write") return;
  const text = readFileSync(DOCUMENT, "utf8");
  const [start, end] = MARKS[first];
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
