import { execFile } from "node:child_process";

export interface Outcome {
  /** 0, or what it ended with: another status, a signal. */
  readonly status: number | string;
  /** stdout and stderr, the one after the other. */
  readonly output: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Milliseconds until it is killed. Default: 60,000. */
  readonly timeout?: number;
}

/** Runs this Node with `args` and waits for its end. */
export function runNode(args: readonly string[], options: ProgramOptions): Promise<Outcome> {
  const { cwd, environment = {}, timeout = 60_000 } = options;
  const settings = { cwd, timeout, killSignal: "SIGKILL", env: { ...process.env, ...environment } } as const;
  return new Promise((resolve) => {
    execFile(process.execPath, args, settings, (error, stdout, stderr) => {
      const status =
        error === null ? 0 : error.killed ? `no end within ${timeout} ms` : (error.code ?? "signal");
      resolve({ status, output: stdout + stderr });
    });
  });
}
