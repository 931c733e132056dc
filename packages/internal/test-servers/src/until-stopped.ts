import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds after which a thread that waits for a disk is not waited for. */
const MOST_MS = 5_000;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Blocks until all threads of a process have stopped. After SIGSTOP they stop one after the other, and one
 * that still runs may answer. Only Linux tells of threads: elsewhere nothing is waited for.
 */
export function untilStopped(pid: number): void {
  const end = performance.now() + MOST_MS;
  while (isRunning(pid) && performance.now() < end) Atomics.wait(pause, 0, 0, 1);
}

function isRunning(pid: number): boolean {
  return threadsOf(pid).some((thread) => !/^[TtZX]$/.test(stateOf(`/proc/${pid}/task/${thread}/stat`)));
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The letter after the name, which stands in parentheses. "X" if there is no such thread. */
function stateOf(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    return text.charAt(text.lastIndexOf(")") + 2);
  } catch {
    return "X";
  }
}
