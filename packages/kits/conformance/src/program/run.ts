import { resolve } from "node:path";
import { withinSeconds } from "../time.ts";
import { type Result, report } from "./report.ts";
import { loadSubject, registerCases, SubjectError } from "./subject.ts";

/** Exit codes. */
export const EXIT = { proved: 0, failed: 1, usage: 2 } as const;

type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The output of a run. */
export interface ProgramOutput {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Seconds that one case may take. */
const MOST_SECONDS = 120;

export const USAGE = `Usage: npx @hitbox/conformance <module>

Proves a hitbox backend, format or compressor. The module exports one of:

  open(space)      opens the backend on the space of that name (or the default export)
  format           a value format
  compressor       a compressor

and, if there is need, awkwardSpaces, raw (hooks to the store), values (for a format),
and close (called after the last case).
Options: https://github.com/hitbox-cache/hitbox-typescript/tree/main/packages/kits/conformance
`;

/** Runs every case of the module that is named, one after the other. Resolves with the exit code. */
export async function runProgram(
  args: readonly string[],
  { stdout, stderr }: ProgramOutput,
): Promise<ExitCode> {
  const [path, ...others] = args;
  if (path === "--help" || path === "-h") {
    stdout.write(USAGE);
    return EXIT.proved;
  }
  if (path === undefined || path.startsWith("-") || others.length > 0) {
    stderr.write(USAGE);
    return EXIT.usage;
  }
  try {
    return await prove(resolve(path), stdout);
  } catch (error) {
    // A wrong option of the module is a TypeError that names it.
    if (!(error instanceof SubjectError || error instanceof TypeError)) throw error;
    stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
}

async function prove(path: string, stdout: ProgramOutput["stdout"]): Promise<ExitCode> {
  const subject = await loadSubject(path);
  const cases: [name: string, run: () => Promise<void>][] = [];
  registerCases((name, run) => cases.push([name, run]), subject);
  const results: Result[] = [];
  for (const [name, run] of cases) {
    const result = await resultOf(name, run);
    results.push(result);
    stdout.write(result.error === undefined ? "." : "F");
  }
  await subject.close?.();
  stdout.write(`\n\n${report(results)}`);
  return results.some(({ error }) => error !== undefined) ? EXIT.failed : EXIT.proved;
}

async function resultOf(name: string, run: () => Promise<void>): Promise<Result> {
  try {
    await withinSeconds(MOST_SECONDS, "the case", run());
    return { name };
  } catch (error) {
    return { name, error: error ?? new Error("failed with nothing") };
  }
}
