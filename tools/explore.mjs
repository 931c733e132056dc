import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { ROOT } from "./pnpm.mjs";
import { prepare } from "./steps/prepare.mjs";
import { StepFailed, step } from "./steps/step.mjs";
import { vitest } from "./steps/vitest.mjs";
import { randomSuites } from "./suites.mjs";

// `npm run explore -- --minutes 30`: plays the random suites of all packages by one random seed after the
// other. A case that fails is printed with the command that plays it again, and kept in a file beside its
// suite (*.seeds.json), which every later run of that suite plays too.

/** Random cases for each seed, as a multiple of those in the quick tests: a few cases say little. */
const RUNS_A_SEED = "5";

const { values: flags } = parseArgs({ options: { minutes: { type: "string", default: "10" } } });
const minutes = Number(flags.minutes);
if (!(minutes > 0)) throw new TypeError(`--minutes must be a number above 0; got "${flags.minutes}".`);

const failures = [];
let rounds = 0;
try {
  const environment = await prepare();
  const end = performance.now() + 60_000 * minutes;
  do {
    const seed = `${Math.floor(Math.random() * 2 ** 31)}`;
    await step(`seed ${seed}`, () => round(seed, environment));
    rounds += 1;
  } while (performance.now() < end);
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.exitCode = 1;
}
for (const failure of failures) console.log(`failed: ${failure}`);
const kept = execFileSync("git", ["status", "--short", "--", "*.seeds.json"], {
  cwd: ROOT,
  encoding: "utf8",
});
if (kept !== "") console.log(`Kept, to be committed with what mends them:\n${kept}`);
console.log(`explored ${rounds} seeds in ${randomSuites().length} suites: ${failures.length} failures`);
if (failures.length > 0 || rounds === 0) process.exitCode = 1;

/** A failure does not end the exploration. */
async function round(seed, environment) {
  const run = await vitest(
    randomSuites(),
    { ...environment, SEED: seed, KEEP_SEEDS: "yes", RUNS: RUNS_A_SEED },
    { output: "captured" },
  );
  failures.push(...run.failures);
  return { status: 0, note: run.failures.length > 0 ? `${run.failures.length} failures` : undefined };
}
