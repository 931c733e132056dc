import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  ChangeStream,
  type ChangeStreamSettings,
  type Hearing,
  type Link,
} from "../../src/coherence/change-stream.ts";
import { Notes } from "./support.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A stream over links that `open` gives, and when they were opened. */
function watched(open: (hearing: Hearing) => Link): { opened: number[]; notes: Notes; stop(): void } {
  const opened: number[] = [];
  const client = { on() {}, off() {} };
  const begun = performance.now();
  const stream = new ChangeStream({
    connection: { client, isReady: true } as unknown as ChangeStreamSettings["connection"],
    heartbeat: 60_000,
    timeout: 60_000,
    open(hearing) {
      opened.push(Math.round(performance.now() - begun));
      return open(hearing);
    },
  });
  const notes = new Notes();
  const stop = stream.watch(notes);
  return { opened, notes, stop };
}

function link(ready: Promise<void>): Link {
  return { ready, probe: async () => {}, close() {} };
}

it("a link that breaks is opened again at once, but one that breaks each time no more often than every 50 ms", async () => {
  const { opened, notes, stop } = watched((hearing) => {
    setTimeout(() => hearing.over(), 2);
    return link(Promise.resolve());
  });
  await vi.advanceTimersByTimeAsync(200);
  expect(opened.slice(0, 4)).toEqual([0, 3, 52, 102]);
  expect(notes.count("<restored>")).toBe(opened.length);
  stop();
});

it("a link that cannot be opened is tried again after longer and longer pauses", async () => {
  const { opened, stop } = watched(() => link(Promise.reject(new Error("refused"))));
  await vi.advanceTimersByTimeAsync(600);
  expect(opened).toEqual([0, 0, 50, 150, 300, 500]);
  stop();
});
