import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { quickly } from "./quickly.ts";

/** The cost of a hostile input for the process that read it. */
export interface HostileResult {
  /** The ends of its reads: `read`, or the codes of their errors. */
  readonly outcomes: readonly string[];
  readonly peakMiB: number;
}

/**
 * Defines the tests of a script of hostile inputs: `outcomes` names each input and how its reads end. The
 * quick tests try as many inputs as `quick` says.
 */
export function hostileInputs(
  script: string,
  outcomes: Readonly<Record<string, readonly string[]>>,
  { quick }: { readonly quick: number },
): void {
  test("every input of the script is tried", async () => {
    const names = (await hostileInput(script)) as string[];
    expect(names.toSorted()).toEqual(Object.keys(outcomes).toSorted());
  });
  test.each(quickly(Object.entries(outcomes), quick))(
    "%s: the process stays under 512 MiB",
    async (name, ends) => {
      const result = (await hostileInput(script, name)) as HostileResult;
      expect(result.outcomes).toEqual(ends);
      expect(result.peakMiB).toBeLessThan(512);
    },
    180_000,
  );
}

/** Runs a script of hostile inputs in a process of its own. Without a name it gives the names of all. */
export async function hostileInput(script: string, ...name: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script, ...name]);
  const result: unknown = JSON.parse(stdout);
  if (name.length > 0) noteHostile(result);
  return result;
}

/** Keeps a result for the table that `npm run hostile` prints. */
export function noteHostile(result: unknown): void {
  const { HOSTILE_RESULTS: file } = process.env;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
