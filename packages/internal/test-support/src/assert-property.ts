import { relative } from "node:path";
import type fc from "fast-check";
import { expect } from "vitest";
import { KeptSeeds } from "./kept-seeds.ts";
import { type Replay, replayOf, textOf } from "./replay.ts";

/** Used unless SEED names another one: a test that was green is green again. */
const FIXED_SEED = 1;

export interface PropertyOptions {
  /** Random cases. The environment's RUNS multiplies them. Default: 100. */
  readonly runs?: number;
}

type Property<Ts> = fc.IAsyncProperty<Ts> | fc.IProperty<Ts>;

/**
 * Plays random cases of a property: those of a fixed seed, and each case that is kept because it failed once.
 * A failure shows the smallest case that was found, and the command that plays it again. All random tests use
 * it, and read:
 *
 * - `SEED`: a seed, or `seed:path` for one case alone; nothing else is played then.
 * - `RUNS`: a factor for the number of cases.
 * - `SHRINK=no`: the first case that fails will do, no smaller one is looked for.
 * - `KEEP_SEEDS`: if it is set, a case that fails is added to the kept ones.
 */
export async function assertProperty<Ts>(
  property: Property<Ts>,
  { runs = 100 }: PropertyOptions = {},
): Promise<void> {
  // Only now: most tests want other helpers of this package.
  const { check, stringify } = await import("fast-check");
  const { testPath, currentTestName } = expect.getState();
  const kept = new KeptSeeds(testPath ?? "");
  for (const replay of replays(kept)) {
    const details = await check(property as fc.IRawProperty<Ts>, parametersOf(replay, runs));
    if (!details.failed) continue;
    const failed: Replay = { seed: details.seed, path: details.counterexamplePath ?? undefined };
    if (process.env.KEEP_SEEDS) kept.add(failed);
    const { errorInstance } = details;
    const counterexample = stringify(details.counterexample);
    const message = report(details, failed, counterexample, testPath, currentTestName);
    throw new Error(message, { cause: errorInstance });
  }
}

function replays(kept: KeptSeeds): readonly Replay[] {
  const { SEED } = process.env;
  return SEED ? [replayOf(SEED)] : [{ seed: FIXED_SEED, path: undefined }, ...kept.list()];
}

function parametersOf<Ts>({ seed, path }: Replay, runs: number): fc.Parameters<Ts> {
  const { RUNS, SHRINK } = process.env;
  const endOnFailure = SHRINK === "no";
  const numRuns = Math.ceil(runs * Number(RUNS || 1));
  return path === undefined ? { seed, numRuns, endOnFailure } : { seed, path, numRuns: 1, endOnFailure };
}

function report<Ts>(
  details: fc.RunDetails<Ts>,
  failed: Replay,
  counterexample: string,
  testPath: string | undefined,
  testName: string | undefined,
): string {
  const error = details.errorInstance;
  const file = relative(process.cwd(), testPath ?? "");
  const name = testName?.replaceAll(" > ", " ") ?? "";
  // The schedule of a case is long: the command comes before it, and is found in a summary too.
  return [
    error instanceof Error ? error.message : `${error}`,
    `Play it again: SEED=${textOf(failed)} npx vitest run ${file} -t ${JSON.stringify(`^${pattern(name)}$`)}`,
    `after ${details.numRuns} random cases; the smallest that fails (found in ${details.numShrinks} steps):`,
    counterexample,
  ].join("\n");
}

/** The text as a regular expression that matches nothing else. */
const pattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, ".");
