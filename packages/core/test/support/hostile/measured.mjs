// Measures what a hostile input takes of its process.
import { readFileSync } from "node:fs";

const MIB = 2 ** 20;

/** Milliseconds for which the main thread has been on a core so far: a busy machine does not add to it. */
function onCore() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "latin1").split(" ")[0]) / 1e6;
  } catch {
    // Not Linux.
    return performance.now();
  }
}

/** Bytes of the largest that this process has been. `maxRSS` has those of the parent, too. */
function largest() {
  try {
    return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))[1]) * 1_024;
  } catch {
    return process.resourceUsage().maxRSS * 1_024;
  }
}

/**
 * Runs `read`, which resolves with settled results. Gives their ends, the largest process in MiB, and the
 * longest time for which the event loop stood still, by the clock and by the time on a core.
 */
export async function measured(read) {
  // Memory that the input itself took when it was made must not count.
  globalThis.gc?.();
  const inputMiB = Math.round(process.memoryUsage.rss() / MIB);
  let [blocked, computed] = [0, 0];
  let [last, lastOnCore] = [performance.now(), onCore()];
  const note = () => {
    const [now, nowOnCore] = [performance.now(), onCore()];
    [blocked, computed] = [Math.max(blocked, now - last), Math.max(computed, nowOnCore - lastOnCore)];
    [last, lastOnCore] = [now, nowOnCore];
  };
  const turn = () => {
    note();
    immediate = setImmediate(turn);
  };
  let immediate = setImmediate(turn);
  const results = await read();
  clearImmediate(immediate);
  note();
  return {
    outcomes: [...new Set(results.map(({ reason }) => reason?.code ?? reason?.message ?? "read"))],
    blockedMs: Math.round(blocked),
    computedMs: Math.round(computed),
    peakMiB: Math.round(largest() / MIB),
    inputMiB,
  };
}
