import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MutantRunner } from "./mutants/mutant-runner.mjs";
import { mutantsOf } from "./mutants/operators.mjs";
import { checkScores, SCORES, tableOf } from "./mutants/scores.mjs";
import { sourcesOf, TARGETS } from "./mutants/targets.mjs";
import { ROOT } from "./pnpm.mjs";

// `npm run mutants`: changes the concurrent code in small ways, one at a time, and tells which test notices.
// A change that no test notices is code that no test holds in place. No file is touched.
//
//   npm run mutants -- cache core     only these targets (tools/mutants/targets.mjs)
//   npm run mutants -- --sample 50    so many mutants of each, spread evenly
//   npm run mutants -- --file retries only in files whose path contains this
//   npm run mutants -- --record       writes better scores to tools/mutants/scores.json
//
// Fails if a target that was run whole has a lower score than the recorded one. The table is in
// .cache/mutants.md.

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" }, file: { type: "string" }, record: { type: "boolean" } },
});
const isWhole = flags.sample === undefined && flags.file === undefined;
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
console.log(`${chosen.map(({ name }) => name).join(", ")}; ${availableParallelism()} processors`);

const results = [];
for (const target of chosen) {
  const mutants = sample(allMutants(target), Number(flags.sample ?? Infinity));
  console.log(`${target.name}: ${mutants.length} mutants`);
  results.push({ target: target.name, outcomes: await outcomesOf(target, mutants) });
}
writeFileSync(join(ROOT, ".cache/mutants.md"), tableOf(results));
const recorded = JSON.parse(readFileSync(SCORES, "utf8"));
const { problems, scores } = checkScores(results, recorded);
for (const line of Object.entries(scores)) console.log(line.join(": "));
if (isWhole && flags.record)
  writeFileSync(SCORES, `${JSON.stringify({ ...recorded, ...scores }, undefined, 2)}\n`);
for (const problem of isWhole ? problems : []) console.error(problem);
process.exitCode = isWhole && problems.length > 0 ? 1 : 0;

function allMutants(target) {
  return sourcesOf(target)
    .filter((file) => flags.file === undefined || file.includes(flags.file))
    .flatMap((file) =>
      mutantsOf(readFileSync(join(ROOT, file), "utf8")).map((mutant) => ({ file, ...mutant })),
    );
}

function sample(items, count) {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]);
}

async function outcomesOf({ name, groups }, mutants) {
  const runner = new MutantRunner(groups);
  const outcomes = [];
  try {
    const failure = await runner.start();
    if (failure) throw new Error(`${name}: fails as it is: ${failure.file} > ${failure.test}`);
    for (const mutant of mutants) {
      const caughtBy = await runner.run(mutant);
      outcomes.push({ ...mutant, caughtBy });
      const place = `${mutant.file}:${mutant.line} ${mutant.operator}`;
      console.log(
        `${caughtBy ? "caught  " : "SURVIVED"} ${place}: ${brief(mutant.from)} → ${brief(mutant.to)}`,
      );
    }
  } finally {
    runner.end();
  }
  return outcomes;
}

function brief(code) {
  const line = code.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
