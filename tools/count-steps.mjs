import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { CallCounter } from "./count-steps/call-counter.mjs";
import { countAll } from "./count-steps/scenarios.mjs";
import { ROOT } from "./pnpm.mjs";

// Counts the steps of an operation of the cache: calls, functions and files that a reader of the code passes.
// Needs a build. Fails if a count is higher than the recorded one.
//
//   node tools/count-steps.mjs --record        records lower counts
//   node tools/count-steps.mjs --record --all  records the counts as they are, higher ones too

const RECORDED = fileURLToPath(new URL("count-steps/counts.json", import.meta.url));
const BUILT = { core: "core", cache: "cache", composition: "composition", memory: "backends/memory" };

const { values: flags } = parseArgs({ options: { record: { type: "boolean" }, all: { type: "boolean" } } });
const counter = new CallCounter();
await counter.start();
const packages = {};
for (const [name, folder] of Object.entries(BUILT))
  packages[name] = await import(pathToFileURL(join(ROOT, "packages", folder, "dist/index.js")).href);
const counts = await countAll(packages, counter);
const recorded = JSON.parse(readFileSync(RECORDED, "utf8"));

console.table(counts);
const higher = Object.entries(counts).flatMap(([scenario, now]) =>
  Object.entries(now)
    .filter(([what, count]) => count > (recorded[scenario]?.[what] ?? Infinity))
    .map(([what, count]) => `${scenario}: ${count} ${what}; at most ${recorded[scenario][what]}`),
);
for (const line of flags.all ? [] : higher) console.error(line);
if (flags.record) writeFileSync(RECORDED, `${JSON.stringify(flags.all ? counts : lowest(), undefined, 2)}\n`);
process.exitCode = higher.length > 0 && !flags.all ? 1 : 0;

function lowest() {
  return Object.fromEntries(
    Object.entries(counts).map(([scenario, now]) => [
      scenario,
      Object.fromEntries(
        Object.entries(now).map(([what, count]) => [
          what,
          Math.min(count, recorded[scenario]?.[what] ?? Infinity),
        ]),
      ),
    ]),
  );
}
