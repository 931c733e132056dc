// Reads every hostile input in a process of its own, and prints a table of what each took.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TESTS = [
  "packages/core/test/hostile-inputs",
  "hostile/memory.long",
  "packages/codecs/cbor/test/hostile-inputs",
];

const folder = mkdtempSync(join(tmpdir(), "hitbox-hostile-"));
const file = join(folder, "results");
const env = { ...process.env, HOSTILE_RESULTS: file };
const args = ["vitest", "run", "--mode", "long", "--maxWorkers", "1", ...TESTS];
const { status } = spawnSync("npx", args, { env, stdio: ["ignore", "ignore", "inherit"] });

const rows = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
rmSync(folder, { recursive: true });
console.log("| input | ends as | largest process | event loop blocked | of that on a core |");
console.log("| --- | --- | --- | --- | --- |");
for (const { name, outcomes, peakMiB, blockedMs, computedMs } of rows)
  console.log(`| ${name} | ${outcomes.join(", ")} | ${peakMiB} MiB | ${blockedMs} ms | ${computedMs} ms |`);
process.exitCode = status ?? 1;
