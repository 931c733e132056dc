import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's root: where pnpm runs. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const WINDOWS = process.platform === "win32";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
// pnpm must not wait for an answer to a question that nobody sees.
const UNATTENDED = "--config.confirm-modules-purge=false";
const PRIVATE = { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };

/**
 * Runs the pinned pnpm (`packageManager` of package.json) through npx, in the repository's root: nothing but
 * Node and npm has to be installed. Signals that reach this process are handed on to all that pnpm has
 * started.
 *
 * `options.output`: `inherit` (default) shows what pnpm says, `captured` returns it.
 * `options.environment`: added to this process's.
 *
 * Resolves with `{ status, output }`: the exit code (128 + n for signal n, 127 where there is no npx), and
 * stdout and stderr as one text (empty for `inherit`). Never rejects.
 */
export function pnpm(args, { output = "inherit", environment = {} } = {}) {
  const captured = output === "captured";
  // Named as an option, for an npx around this one (which runs another Node) hands its own down in the
  // environment.
  const child = spawn("npx", ["--yes", "--package", pinned(), "--", "pnpm", UNATTENDED, ...args], {
    cwd: ROOT,
    // Production would leave out turbo and TypeScript.
    env: { ...process.env, NODE_ENV: undefined, ...PRIVATE, ...environment },
    stdio: captured ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
    // A group of its own can be stopped as a whole; what writes to the terminal itself has to stay in the
    // terminal's.
    detached: captured && !WINDOWS,
    shell: WINDOWS,
  });
  return settled(child, captured);
}

function pinned() {
  const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return packageManager.split("+")[0];
}

function settled(child, captured) {
  const chunks = [];
  for (const stream of captured ? [child.stdout, child.stderr] : []) {
    stream.on("data", (chunk) => chunks.push(chunk));
  }
  const hand = (signal) => stop(child, signal, captured);
  for (const signal of SIGNALS) process.on(signal, hand);
  return new Promise((resolve) => {
    const end = (status) => {
      for (const signal of SIGNALS) process.off(signal, hand);
      resolve({ status, output: Buffer.concat(chunks).toString() });
    };
    child.on("error", (error) => {
      chunks.push(Buffer.from(`npx could not be started: ${error.message}\n`));
      end(127);
    });
    child.on("close", (code, signal) => end(code ?? 128 + constants.signals[signal]));
  });
}

function stop(child, signal, group) {
  if (!group || WINDOWS) return child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Gone already.
    if (error.code !== "ESRCH") throw error;
  }
}
