import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cases } from "./cases/index.ts";
import { compare, type Result } from "./compare.ts";
import { record, table } from "./report.ts";

// The program is at dist/; results stay beside its sources.
const LATEST = new URL("../results/latest.json", import.meta.url);
const PROGRAM = fileURLToPath(import.meta.url);

/** One case: prints its result as JSON. */
async function runCase(index: number): Promise<void> {
  await cases[index]?.(async (comparison) => {
    process.stderr.write(`${comparison.name} …\n`);
    console.log(JSON.stringify(await compare(comparison)));
  });
}

/** All of them, each in a process of its own: what one has compiled and allocated is nothing to the next. */
function runAll(): void {
  const results = cases.flatMap((_, index): Result[] => {
    const output = execFileSync(process.execPath, [PROGRAM, String(index)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    // A line for each comparison: one server serves several.
    const lines = output.toString().trim().split("\n");
    return lines.map((line) => JSON.parse(line) as Result);
  });
  console.log(table(results));
  writeFileSync(LATEST, `${JSON.stringify(record(results), null, 2)}\n`);
}

const chosen = process.argv[2];
if (chosen === undefined) runAll();
else await runCase(Number(chosen));
