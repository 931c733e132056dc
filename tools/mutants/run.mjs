import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../pnpm.mjs";
import { brief, isEquivalent } from "./equivalent.mjs";
import { MutantRunner } from "./mutant-runner.mjs";
import { checkScores, higher, SCORES, tableOf } from "./scores.mjs";
import { allMutants, TARGETS } from "./targets.mjs";

// The program of tools/mutants.mjs, which says how it is used.

/** Mutants of each target that are tried; all of them take hours. */
const SAMPLE = 20;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" }, file: { type: "string" }, record: { type: "boolean" } },
});
const isScored = flags.sample === undefined && flags.file === undefined;
const size = flags.file === undefined ? Number(flags.sample ?? SAMPLE) : Infinity;
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
console.log(`${chosen.map(({ name }) => name).join(", ")}; ${availableParallelism()} processors`);

mkdirSync(join(ROOT, ".cache"), { recursive: true });
const results = [];
for (const target of chosen) {
  const mutants = sample(mutantsIn(target), size).filter((mutant) => !isEquivalent(mutant));
  console.log(`${target.name}: ${mutants.length} mutants`);
  const outcomes = [];
  results.push({ target: target.name, outcomes });
  for await (const outcome of outcomesOf(target, mutants)) {
    outcomes.push(outcome);
    // After each one: a run that is interrupted leaves what it has found.
    writeFileSync(join(ROOT, ".cache/mutants.md"), tableOf(results));
  }
}
const recorded = JSON.parse(readFileSync(SCORES, "utf8"));
const { problems, scores } = checkScores(results, recorded);
for (const line of Object.entries(scores)) console.log(line.join(": "));
if (isScored && flags.record)
  writeFileSync(SCORES, `${JSON.stringify(higher(recorded, scores), undefined, 2)}\n`);
for (const problem of isScored ? problems : []) console.error(problem);
process.exitCode = isScored && problems.length > 0 ? 1 : 0;

function mutantsIn(target) {
  return allMutants(target).filter(({ file }) => flags.file === undefined || file.includes(flags.file));
}

function sample(items, count) {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index * items.length) / count)]);
}

/** A file that only throws must be noticed. Else no mutant reaches the tests, and each would survive. */
async function expectReached(runner, [mutant]) {
  if (mutant === undefined) return;
  const caughtBy = await runner.run({ file: mutant.file, apply: () => 'throw new Error("planted");' });
  if (caughtBy === undefined) throw new Error(`a broken ${mutant.file} does not reach the tests`);
}

async function* outcomesOf({ name, groups }, mutants) {
  const runner = new MutantRunner(groups);
  try {
    const failure = await runner.start();
    if (failure) throw new Error(`${name}: fails as it is: ${failure.file} > ${failure.test}`);
    await expectReached(runner, mutants);
    for (const mutant of mutants) {
      const caughtBy = await runner.run(mutant);
      yield { ...mutant, caughtBy };
      const place = `${mutant.file}:${mutant.line} ${mutant.operator}`;
      console.log(
        `${caughtBy ? "caught  " : "SURVIVED"} ${place}: ${brief(mutant.from)} → ${brief(mutant.to)}`,
      );
    }
  } finally {
    runner.end();
  }
}
