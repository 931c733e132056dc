import { afterAll, expect, vi } from "vitest";

// For test files that share a process: each leaves it as it found it, or fails. Else another one would fail,
// by the order of the files.

const globals = () => ({
  ...{ Date, setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate },
  ...{ queueMicrotask, fetch, Request, Response, now: performance.now, random: Math.random },
  ...{ nextTick: process.nextTick, emitWarning: process.emitWarning },
});

const found = globals();

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  const left = Object.entries(globals()).filter(
    ([name, value]) => value !== found[name as keyof typeof found],
  );
  expect(
    left.map(([name]) => name),
    "changed by the tests of this file, and not put back",
  ).toEqual([]);
});
