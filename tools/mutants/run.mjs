import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../pnpm.mjs";
import { MutantRunner } from "./mutant-runner.mjs";
import { mutantsOf } from "./operators.mjs";
import { checkScores, higher, SCORES, tableOf } from "./scores.mjs";
import { sourcesOf, TARGETS } from "./targets.mjs";

// The program of tools/mutants.mjs, which says how it is used.

/** Mutants of each target that are tried; all of them take hours. */
const SAMPLE = 30;

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: "string" }, file: { type: "string" }, record: { type: "boolean" } },
});
const isScored = flags.sample === undefined && flags.file === undefined;
const size = flags.file === undefined ? Number(flags.sample ?? SAMPLE) : Infinity;
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
console.log(`${chosen.map(({ name }) => name).join(", ")}; ${availableParallelism()} processors`);

const results = [];
for (const target of chosen) {
  const mutants = sample(allMutants(target), size);
  console.log(`${target.name}: ${mutants.length} mutants`);
  results.push({ target: target.name, outcomes: await outcomesOf(target, mutants) });
}
writeFileSync(join(ROOT, ".cache/mutants.md"), tableOf(results));
const recorded = JSON.parse(readFileSync(SCORES, "utf8"));
const { problems, scores } = checkScores(results, recorded);
for (const line of Object.entries(scores)) console.log(line.join(": "));
if (isScored && flags.record)
  writeFileSync(SCORES, `${JSON.stringify(higher(recorded, scores), undefined, 2)}\n`);
for (const problem of isScored ? problems : []) console.error(problem);
process.exitCode = isScored && problems.length > 0 ? 1 : 0;

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
