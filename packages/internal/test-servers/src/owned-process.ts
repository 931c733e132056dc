import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/** A child process that never outlives this one, however this one ends. */
export interface OwnedProcess {
  readonly pid: number;
  /** The last 4,000 characters that it printed. */
  readonly output: string;
  readonly isRunning: boolean;
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, which ends a stopped process too. Resolves when the process is gone. */
  kill(): Promise<void>;
}

/** A user of the system, for a program that refuses to run as root. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Starts `command`. Rejects with the system's error, such as ENOENT, if that is impossible. */
export async function ownProcess(
  command: string,
  args: readonly string[],
  cwd: string,
  owner?: Owner | undefined,
): Promise<OwnedProcess> {
  const child = spawn(command, args, { ...owner, cwd, stdio: ["ignore", "pipe", "pipe"] });
  let isRunning = true;
  // "close" comes after "exit", when the last of the output has been read.
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      isRunning = false;
      resolve();
    });
  });
  await once(child, "spawn");
  const pid = child.pid as number;
  const letGo = guard(child, pid);
  child.once("exit", letGo);
  const read = outputOf(child);
  keepAwake(child, "unref");
  return {
    pid,
    get output() {
      return read();
    },
    get isRunning() {
      return isRunning;
    },
    signal: (name) => void child.kill(name),
    async kill() {
      keepAwake(child, "ref");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const owned = new Set<ChildProcess>();

/** One listener for all: a cluster has more processes than an emitter likes to have listeners. */
function killAll(): void {
  for (const child of owned) child.kill("SIGKILL");
}

// Two guards: the exit hook, and for a parent that is itself killed, a shell that waits for its standard
// input to end and then kills the child.
function guard(child: ChildProcess, pid: number): () => void {
  if (owned.size === 0) process.on("exit", killAll);
  owned.add(child);
  const watcher = spawn("/bin/sh", ["-c", `cat >/dev/null; kill -9 ${pid} 2>/dev/null`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.on("error", () => {});
  watcher.unref();
  (watcher.stdin as Socket | null)?.unref();
  return () => {
    owned.delete(child);
    if (owned.size === 0) process.off("exit", killAll);
    watcher.kill("SIGKILL");
  };
}

function outputOf(child: ChildProcess): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4_000);
    });
  }
  return () => output;
}

/** True if the process and its output hold this process's event loop open. */
function keepAwake(child: ChildProcess, how: "ref" | "unref"): void {
  child[how]();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.[how]();
}
