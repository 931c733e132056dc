import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The service in a process of its own. It ends with this one, however this one ends. */
export interface ServiceProcess {
  readonly origin: string;
  /** Address of its dashboard. */
  readonly dashboard: string;
  /** What it has logged so far, line by line. */
  readonly log: readonly string[];
  /** Resolves when the process has closed its cache and is gone. Rejects where it failed to. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL("./main.js", import.meta.url));
const STOP_MS = 10_000;

/** Starts `main.js --serve` with `args`. Rejects with what it logged where it ends instead of listening. */
export async function startServiceProcess(args: readonly string[]): Promise<ServiceProcess> {
  const child = fork(MAIN, ["--serve", ...args], {
    // Not this process's own flags of Node, which may be a script or a debugger's port.
    execArgv: [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const log: string[] = [];
  const lines = createInterface(child.stderr as Readable).on("line", (line) => log.push(line));
  // Node tells of no "close" of a child that it was disconnected from.
  const ended = Promise.all([once(child, "exit"), once(lines, "close")]).then(([[code, signal]]) =>
    String(signal ?? `exit code ${code}`),
  );
  const addresses = await Promise.race([addressesOf(child), ended.then((how) => failed(how, log))]);
  return { ...addresses, log, stop: () => stop(child, ended, log) };
}

type Addresses = Pick<ServiceProcess, "origin" | "dashboard">;

/** The service sends its addresses when it listens. */
async function addressesOf(child: ChildProcess): Promise<Addresses> {
  const [{ dashboard, origin }] = (await once(child, "message")) as [Addresses];
  return { dashboard, origin };
}

/** Ends the connection to the process, which is how it learns, on every system, that it is to close. */
async function stop(child: ChildProcess, ended: Promise<string>, log: readonly string[]): Promise<void> {
  if (child.connected) child.disconnect();
  const giveUp = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  const how = await ended;
  clearTimeout(giveUp);
  if (how !== "exit code 0") failed(how, log);
}

function failed(how: string, log: readonly string[]): never {
  throw new Error(`The service ended with ${how}.\n${log.join("\n")}`);
}
