import { BaseSequencer, type TestSpecification } from "vitest/node";
import { attentiveSuites, isWaiting, slownessOf } from "./suites.mjs";

/**
 * Starts the slow test files before the others, so that none is left to run alone at the end. Vitest goes by
 * the durations of an earlier run. In a fresh clone it goes by the sizes of the files, and a file that runs
 * several conformance suites is small.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const attentive = attentiveSuites();
    const place = (file: TestSpecification): number => placeOf(file, attentive);
    const sorted = (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
    return woven(
      sorted.filter(({ moduleId }) => !isWaiting(moduleId)),
      sorted.filter(({ moduleId }) => isWaiting(moduleId)),
    );
  }
}

/** One of each in turn: a suite that waits leaves the processors to one that computes. */
function woven<T>(some: readonly T[], others: readonly T[]): T[] {
  const length = Math.max(some.length, others.length);
  return Array.from({ length }, (_, place) => [some[place], others[place]])
    .flat()
    .filter((each) => each !== undefined);
}

/** More than the slowness of any file, and than the number of attentive files. */
const SHARED = 1_000;

/** Files that share processes follow those that have their own, and begin with the attentive ones. */
function placeOf({ project, moduleId }: TestSpecification, attentive: readonly string[]): number {
  if (project.config.isolate) return -slownessOf(moduleId);
  const place = attentive.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place < 0 ? 2 * SHARED - slownessOf(moduleId) : SHARED + place;
}
