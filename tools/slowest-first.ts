import { BaseSequencer, type TestSpecification } from "vitest/node";
import { slownessOf } from "./suites.mjs";

/**
 * Starts the slow test files before the others, so that none is left to run alone at the end. Vitest goes by
 * the durations of an earlier run. In a fresh clone it goes by the sizes of the files, and a file that runs
 * several conformance suites is small.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => turnOf(one) - turnOf(other) || placeOf(one) - placeOf(other));
  }
}

const turnOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder;

/** Files that share processes follow those that have their own. */
const placeOf = ({ project, moduleId }: TestSpecification): number =>
  project.config.isolate ? -slownessOf(moduleId) : 1;
