import { readFileSync, writeFileSync } from "node:fs";
import { cells, HEADINGS, type Row } from "./outage.ts";

const DOCUMENT = new URL("../../../../docs/reliability.md", import.meta.url);
const START = "<!-- outages: written by a test run with RELIABILITY_TABLE=write -->";
const END = "<!-- end of outages -->";

/** Writes the table into docs/reliability.md, where the environment asks for it. */
export function writeTable(rows: readonly Row[]): void {
  if (process.env.RELIABILITY_TABLE !== "write") return;
  const text = readFileSync(DOCUMENT, "utf8");
  const [before, after] = [text.indexOf(START), text.indexOf(END)];
  if (before < 0 || after < 0) throw new Error("docs/reliability.md has no place for the table");
  const lines = [HEADINGS, HEADINGS.map(() => "---"), ...rows.map(cells)].map(
    (row) => `| ${row.join(" | ")} |`,
  );
  writeFileSync(
    DOCUMENT,
    `${text.slice(0, before + START.length)}\n${lines.join("\n")}\n${text.slice(after)}`,
  );
}
