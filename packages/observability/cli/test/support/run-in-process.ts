import { tmpdir } from "node:os";
import { run } from "@hitbox/cli";
import type { Ended } from "./hitbox.ts";

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called while the command waits. */
  readonly whileItWaits?: () => Promise<unknown>;
}

/** Runs a command line in this process. */
export async function runInProcess(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd = tmpdir(), env = {}, whileItWaits } = options;
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const running = run(argv, {
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    env,
    cwd,
    signal: new AbortController().signal,
  });
  await whileItWaits?.();
  return { code: await running, stdout: stdout.join(""), stderr: stderr.join("") };
}
