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
  /** The client connects, or loses its connection. */
  connect(isReady: boolean): void;
  stop(): void;
}

/** A stream over links that `open` gives. */
function watched(open: (hearing: Hearing) => Link): Watched {
  const warnings: string[] = [];
  const opened: number[] = [];
  const connection = { isReady: true, port: { on: (_: string, heard: () => void) => listenedBy(heard) } };
  let ready: (() => void) | undefined;
  const listenedBy = (heard: () => void): (() => void) => {
    ready = heard;
    return () => {
      ready = undefined;
    };
  };
  const begun = performance.now();
  const stream = new ChangeStream({
    connection: connection as unknown as ChangeStreamSettings["connection"],
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
  const connect = (isReady: boolean): void => {
    connection.isReady = isReady;
    if (isReady) ready?.();
  };
  return { opened, notes, warnings, connect, stop };
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

it("no link is opened without a connection, one when there is one, and none beside it", async () => {
  const { opened, notes, connect, stop } = watched((hearing) => {
    setTimeout(() => hearing.over(), 10);
    return link(Promise.resolve());
  });
  await vi.advanceTimersByTimeAsync(5);
  connect(true);
  expect(opened).toEqual([0]);
  connect(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([opened, notes.all]).toEqual([[0], ["<restored>", "<lost>"]]);
  connect(true);
  expect(opened).toEqual([0, 1_005]);
  stop();
  connect(true);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(opened).toHaveLength(2);
});

it("a link that is over twice is lost once, and a former link says nothing", async () => {
  const hearings: Hearing[] = [];
  const { notes, stop } = watched((hearing) => {
    hearings.push(hearing);
    return link(Promise.resolve());
  });
  await vi.advanceTimersByTimeAsync(0);
  hearings[0]?.over();
  hearings[0]?.over();
  await vi.advanceTimersByTimeAsync(100);
  hearings[0]?.over();
  hearings[0]?.changed(["former"]);
  hearings[1]?.changed(["latter"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(notes.all).toEqual(["<restored>", "<lost>", "<restored>", "latter"]);
  stop();
});

it("a link that answers no probe in half a heartbeat is lost", async () => {
  const { opened, notes, stop } = watched(() => ({
    ...link(Promise.resolve()),
    probe: () => new Promise(() => {}),
  }));
  await vi.advanceTimersByTimeAsync(59_999);
  expect(notes.all).toEqual(["<restored>"]);
  await vi.advanceTimersByTimeAsync(100);
  expect([opened.length, notes.all]).toEqual([2, ["<restored>", "<lost>", "<restored>"]]);
  stop();
});

it("a link that holds is probed in each heartbeat, until the watch ends", async () => {
  let probes = 0;
  const probe = async () => {
    probes += 1;
  };
  const { opened, stop } = watched(() => ({ ...link(Promise.resolve()), probe }));
  await vi.advanceTimersByTimeAsync(90_000);
  expect([opened.length, probes]).toEqual([1, 3]);
  stop();
  await vi.advanceTimersByTimeAsync(90_000);
  expect(probes).toBe(3);
});
