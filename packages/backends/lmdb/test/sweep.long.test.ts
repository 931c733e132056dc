import type { StoredValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { expect, it, vi } from "vitest";
import { lmdb } from "../src/index.ts";
import { acquireStore, type Store } from "../src/store.ts";
import { Sweeper } from "../src/sweeper.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

const EXPIRED = 100_000;

/** The most entries that are removed in one turn of the event loop while `work` is under way. */
async function mostInATurn(store: Store, work: () => Promise<unknown>): Promise<number> {
  const removals = vi.spyOn(store.entries, "remove");
  let [counted, most] = [0, 0];
  let turning: NodeJS.Immediate;
  const turn = (): void => {
    most = Math.max(most, removals.mock.calls.length - counted);
    counted = removals.mock.calls.length;
    turning = setImmediate(turn);
  };
  turning = setImmediate(turn);
  await work();
  clearImmediate(turning);
  removals.mockRestore();
  return Math.max(most, removals.mock.calls.length - counted);
}

it("removes 100,000 expired entries and nothing else, some hundred in a turn of the event loop", {
  timeout: 60_000,
}, async () => {
  const path = freshPath();
  const backend = lmdb({ path, sweepInterval: Number.POSITIVE_INFINITY });
  const entries = Array.from({ length: EXPIRED }, (_, index) =>
    backend.write(`dead ${index}`, stored("x".repeat(100), 1_000 + (index >> 6))),
  );
  const live = Array.from({ length: 1_000 }, (_, index) =>
    backend.write(`live ${index}`, stored("y", index % 2 ? 9_000 : undefined)),
  );
  await Promise.all([...entries, ...live]);
  const store = acquireStore(path);
  const count = (): number => store.entries.getKeysCount({});
  expect(count()).toBe(EXPIRED + 1_000);
  const sweeper = new Sweeper(store, () => 3_000);
  expect(await mostInATurn(store, () => sweeper.sweep())).toBeLessThanOrEqual(256);
  expect(count()).toBe(1_000);
  expect(store.expiries.getCount({})).toBe(500);
  expect(backend.read("live 999")).toBeDefined();
  await Promise.all([store.release(), backend.close?.()]);
});

it("leaves an entry that was written under an expired key, and one that no longer expires", async () => {
  const path = freshPath();
  const backend = lmdb({ path, sweepInterval: Number.POSITIVE_INFINITY });
  const store = acquireStore(path);
  for (const key of ["later", "never", "dead"]) await backend.write(key, stored("old", 1_000));
  await backend.write("later", stored("new", 5_000));
  await backend.write("never", stored("new"));
  // Queued before the sweep's own removals, and not visible to it yet.
  void backend.write("dead", stored("risen", 6_000));
  await new Sweeper(store, () => 2_000).sweep();
  const payloads = ["later", "never", "dead"].map((key) =>
    (backend.read(key) as StoredValue).payload.toString(),
  );
  expect(payloads).toStrictEqual(["new", "new", "risen"]);
  await new Sweeper(store, () => 5_999).sweep();
  expect(backend.read("later")).toBeUndefined();
  expect(backend.read("dead")).toBeDefined();
  await Promise.all([store.release(), backend.close?.()]);
});

it("runs by itself, by the clock that it was given", async () => {
  let time = 1_000;
  const path = freshPath();
  const backend = lmdb({ path, sweepInterval: 5, now: () => time });
  await backend.write("key", stored("value", 2_000));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(backend.read("key")).toBeDefined();
  time = 2_000;
  await vi.waitFor(() => expect(backend.read("key")).toBeUndefined(), { timeout: 5_000, interval: 5 });
  await backend.close?.();
});

it("stops at a close, in the middle of a sweep", async () => {
  const path = freshPath();
  const backend = lmdb({ path, sweepInterval: 1, now: () => 5_000 });
  await Promise.all(
    Array.from({ length: 20_000 }, (_, index) => backend.write(`key ${index}`, stored("x", 1_000))),
  );
  await backend.close?.();
  const sweeps = vi.spyOn(Sweeper.prototype, "sweep");
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sweeps).not.toHaveBeenCalled();
  sweeps.mockRestore();
  const store = acquireStore(path);
  await new Sweeper(store, () => 5_000).sweep();
  expect(store.entries.getKeysCount({})).toBe(0);
  await store.release();
});
