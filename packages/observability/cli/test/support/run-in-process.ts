import { tmpdir } from "node:os";
import { run } from "@hitbox/cli";
import type { Ended } from "./hitbox.ts";

export interface RunOptions {
  readonly cwd?: string;
  /** Called while the command waits. */
  readonly whileItWaits?: () => Promise<unknown>;
}

/** Runs a command line in this process. */
export async function runInProcess(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd = tmpdir(), whileItWaits } = options;
  let [stdout, stderr] = ["", ""];
  const running = run(argv, {
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    env: {},
    cwd,
    signal: new AbortController().signal,
  });
  await whileItWaits?.();
  return { code: await running, stdout, stderr };
}
