import { prepare } from "./steps/prepare.mjs";
import { StepFailed } from "./steps/step.mjs";

// `npm run mutants`: changes the concurrent code in small ways, one at a time, and tells which test notices.
// A change that no test notices is code that no test holds in place. No file is touched.
//
//   npm run mutants -- cache core     only these targets (tools/mutants/targets.mjs)
//   npm run mutants -- --sample 400   so many mutants of each target, spread evenly; default 20
//   npm run mutants -- --file retries all mutants of files whose path contains this
//   npm run mutants -- --record       writes better scores to tools/mutants/scores.json
//
// Fails if the score of a default sample is lower than the recorded one. The table is in .cache/mutants.md.

try {
  Object.assign(process.env, await prepare());
  // Only now: it needs what is installed.
  await import("./mutants/run.mjs");
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.exitCode = 1;
}
