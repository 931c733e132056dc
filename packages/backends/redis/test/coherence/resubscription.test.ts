import { afterEach, beforeEach, expect, it, vi } from "vitest";
import {
  ChangeStream,
  type ChangeStreamSettings,
  type Hearing,
  type Link,
} from "../../src/coherence/change-stream.ts";
import { Warnings } from "../../src/connection/warnings.ts";
import { Notes } from "./support.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Watched {
  /** The times at which a link was opened. */
  readonly opened: number[];
  readonly notes: Notes;
  readonly warnings: string[];
  stop(): void;
}

/** A stream over links that `open` gives. */
function watched(open: (hearing: Hearing) => Link): Watched {
  const warnings: string[] = [];
  const opened: number[] = [];
  const port = { on: () => () => {} };
  const begun = performance.now();
  const stream = new ChangeStream({
    connection: { port, isReady: true } as unknown as ChangeStreamSettings["connection"],
    heartbeat: 60_000,
    timeout: 60_000,
    warnings: new Warnings("redis", (warning) => warnings.push(warning.message)),
    open(hearing) {
      opened.push(Math.round(performance.now() - begun));
      return open(hearing);
    },
  });
  const notes = new Notes();
  const stop = stream.watch(notes);
  return { opened, notes, warnings, stop };
}

function link(ready: Promise<void>): Link {
  return { ready, probe: async () => {}, close() {} };
}

it("a link that breaks is opened again at once, but one that breaks each time less and less often", async () => {
  const { opened, notes, stop } = watched((hearing) => {
    setTimeout(() => hearing.over(), 2);
    return link(Promise.resolve());
  });
  await vi.advanceTimersByTimeAsync(300);
  expect(opened.slice(0, 4)).toEqual([0, 3, 52, 152]);
  expect(notes.count("<restored>")).toBe(opened.length);
  stop();
});

it("a link that cannot be opened is tried again after longer and longer pauses", async () => {
  const { opened, warnings, stop } = watched(() => link(Promise.reject(new Error("maxclients"))));
  await vi.advanceTimersByTimeAsync(299);
  expect(warnings).toEqual([]);
  await vi.advanceTimersByTimeAsync(301);
  expect(opened).toEqual([0, 0, 50, 150, 300, 500]);
  expect(warnings).toEqual([expect.stringContaining("Reason: maxclients")]);
  stop();
});

it("a link that the server refuses is tried again seldom, and the reason is said once", async () => {
  const refusal = new Error("NOPERM this user has no permissions to run the 'subscribe' command");
  const { opened, notes, warnings, stop } = watched(() => link(Promise.reject(refusal)));
  await vi.advanceTimersByTimeAsync(12_000);
  expect(opened).toEqual([0, 5_000, 10_000]);
  expect(notes.all).toEqual([]);
  expect(warnings).toEqual([expect.stringContaining("'subscribe'")]);
  stop();
});
