import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { promisify } from "node:util";

/** The cost of a hostile input for the process that read it. */
export interface HostileResult {
  /** The ends of its reads: `read`, or the codes of their errors. */
  readonly outcomes: readonly string[];
  readonly peakMiB: number;
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
