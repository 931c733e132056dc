import type { RegisterTest } from "../../src/index.ts";

/** Cases by name. A runner in a dozen lines: the kit needs no more than a function that takes a name and a function. */
export type Collected = ReadonlyMap<string, () => Promise<void>>;

export function collect(register: (test: RegisterTest) => void): Collected {
  const cases = new Map<string, () => Promise<void>>();
  register((name, run) => cases.set(name, run));
  return cases;
}

/** What the case fails with; undefined where it passes. */
export async function failureOfCase(cases: Collected, name: string): Promise<unknown> {
  const run = cases.get(name);
  if (run === undefined) throw new Error(`there is no case "${name}"`);
  try {
    await run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Names of the cases that fail, one after the other. */
export async function failingCases(cases: Collected): Promise<string[]> {
  const failing: string[] = [];
  for (const name of cases.keys()) if ((await failureOfCase(cases, name)) !== undefined) failing.push(name);
  return failing;
}
