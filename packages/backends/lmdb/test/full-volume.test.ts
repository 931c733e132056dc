import { statSync } from "node:fs";
import { join } from "node:path";
import type { Backend } from "@hitbox/core";
import { mountVolume, useFolder } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { lmdb } from "../src/index.ts";
import { acquireStore } from "../src/store.ts";
import { Sweeper } from "../src/sweeper.ts";
import { FAST, statsOfDiskFor } from "./small-disk.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();
const freshFastPath = useFolder({ within: FAST });

const MIB = 2;
const AT_ONCE = 20;
const ROUNDS = 2;
const EXPIRY = 1_000;

/** The store whose disk is simulated; undefined if it is on a volume of its own. */
let simulated: string | undefined;

vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    statfsSync: (path: string) => (simulated ? statsOfDiskFor(simulated, MIB) : fs.statfsSync(path)),
  };
});

let printed: MockInstance;
beforeEach(() => {
  printed = vi.spyOn(console, "error");
});
afterEach(() => {
  expect(printed).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

/** Writes entries until one is refused; how many have been taken. */
async function fill(backend: Backend, round: number, bytes: readonly number[]): Promise<number> {
  for (let taken = 0; ; ) {
    const writes = Array.from({ length: AT_ONCE }, (_, at) => {
      const payload = "x".repeat(bytes[(taken + at) % bytes.length] as number);
      return backend.write(`${round}-${taken + at}`, stored(payload, EXPIRY));
    });
    const results = await Promise.allSettled(writes);
    taken += results.filter(({ status }) => status === "fulfilled").length;
    const refused = results.find((result) => result.status === "rejected");
    if (refused === undefined) continue;
    expect(refused.reason).toMatchObject({ code: "unavailable", retryable: true });
    return taken;
  }
}

/** Fills a store again and again, and empties it in between. */
async function expectRoom(path: string, bytes: readonly number[], empty: Empty): Promise<void> {
  const backend = lmdb({ path, sweepInterval: Number.POSITIVE_INFINITY, now: () => 0 });
  try {
    const first = await fill(backend, 0, bytes);
    expect(first).toBeGreaterThan(0);
    for (let round = 1; round <= ROUNDS; round++) {
      await empty(backend, path);
      expect(await fill(backend, round, bytes)).toBeGreaterThan(first * 0.7);
      expect(backend.read(`${round}-0`)).toBeDefined();
      expect(backend.read(`${round - 1}-0`)).toBeUndefined();
    }
    expect(statSync(join(path, "data.mdb")).size).toBeLessThan(MIB * 1024 * 1024);
  } finally {
    // A volume with an open store cannot be unmounted.
    await backend.close?.();
  }
}

type Empty = (backend: Backend, path: string) => Promise<unknown>;

const clear: Empty = async (backend) => backend.clear?.();

const sweep: Empty = async (_, path) => {
  const store = acquireStore(path);
  await new Sweeper(store, () => 2 * EXPIRY).sweep();
  expect(store.entries.getKeysCount({})).toBe(0);
  await store.release();
};

const SIZES = [[900], [3_000], [100_000], [40, 70_000, 900, 9_000]];

describe.each(SIZES.map((bytes) => ({ bytes })))("a disk full of entries of $bytes bytes", ({ bytes }) => {
  it.each([
    { name: "they are cleared", empty: clear },
    { name: "they expire", empty: sweep },
  ])("takes entries again when $name, time after time", async ({ empty }) => {
    simulated = freshFastPath();
    await expectRoom(simulated, bytes, empty);
  });
});

// A real volume shows that LMDB never meets its end. Without the right to mount one, the simulated disk has
// to do.
it("a volume of its own takes entries again when they are cleared, and when they expire", async () => {
  simulated = undefined;
  for (const empty of [clear, sweep]) {
    const volume = freshPath();
    if (mountVolume(volume, MIB)) await expectRoom(join(volume, "store"), [3_000, 60_000], empty);
  }
});

it("a full disk takes deletes, and then a write in their place", async () => {
  simulated = freshFastPath();
  const backend = lmdb({ path: simulated, sweepInterval: Number.POSITIVE_INFINITY, now: () => 0 });
  const taken = await fill(backend, 0, [3_000]);
  const removals = Array.from({ length: taken - AT_ONCE }, (_, at) => backend.remove(`0-${at}`));
  expect(new Set((await Promise.all(removals)).map(({ status }) => status))).toEqual(new Set(["deleted"]));
  expect(await fill(backend, 1, [3_000])).toBeGreaterThan(taken * 0.7);
  await backend.close?.();
});

it("of a write and a delete that wait for room, the later one counts", async () => {
  simulated = freshFastPath();
  const backend = lmdb({ path: simulated, sweepInterval: Number.POSITIVE_INFINITY, now: () => 0 });
  await fill(backend, 0, [3_000]);
  await backend.clear?.();
  const writes = Array.from({ length: 100 }, (_, at) => backend.write(`${at}`, stored("x".repeat(3_000))));
  const removal = backend.remove("99");
  await Promise.all([...writes, removal]);
  expect(backend.read("98")).toBeDefined();
  expect(backend.read("99")).toBeUndefined();
  await backend.close?.();
});
