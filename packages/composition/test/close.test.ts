import { compose } from "@hitbox/composition";
import { type CacheBackend, cacheValue } from "@hitbox/core";
import { gate } from "@hitbox/test-support";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { held, tier } from "./support/tier.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A composition whose second tier has a write under way, and the order in which that tier is used. */
function writing(write: "sequential" | "optimistic") {
  const far = tier("far", { answers: "later" });
  const events: string[] = [];
  const { opened, open } = gate();
  far.gate = (operation) =>
    operation === "write" ? opened.then(() => void events.push("write")) : undefined;
  far.close = () => void events.push("close");
  const cache = compose(tier("near"), far, { write });
  const written = Promise.resolve(cache.set("key", cacheValue(1)));
  return { far, cache, events, open, written };
}

test.each(["sequential", "optimistic"] as const)("a close waits for a write, %s", async (write) => {
  const { far, cache, events, open } = writing(write);
  const closed = cache.close();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(events).toEqual([]);
  open();
  await closed;
  expect(events).toEqual(["write", "close"]);
  expect(held(far, "key")).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test.each(["sequential", "optimistic"] as const)(
  "a write that never ends holds up no close: %s",
  async (write) => {
    const { cache, events } = writing(write);
    const closed = cache.close();
    await vi.advanceTimersByTimeAsync(20_000);
    await closed;
    expect(events).toEqual(["close"]);
  },
);

test("a close waits for a write that waits for its turn, too", async () => {
  const { far, cache, open, written } = writing("sequential");
  const next = Promise.resolve(cache.set("key", cacheValue(2)));
  const closed = cache.close();
  await vi.advanceTimersByTimeAsync(0);
  open();
  await Promise.all([written, next, closed]);
  expect(held(far, "key")).toBe(2);
});

const OPERATIONS: Readonly<Record<string, (cache: CacheBackend) => unknown>> = {
  get: (cache) => cache.get("key"),
  getMany: (cache) => cache.getMany(["key"]),
  set: (cache) => cache.set("key", cacheValue(1)),
  delete: (cache) => cache.delete("key"),
  clear: (cache) => cache.clear(),
  keys: async (cache) => {
    for await (const _ of cache.keys());
  },
};

test.each(Object.entries(OPERATIONS))("%s is refused after a close, by the composition", async (_, run) => {
  const [near, far] = [tier("near"), tier("far")];
  const cache = compose(near, far);
  await cache.close();
  await expect((async () => run(cache))()).rejects.toMatchObject({ code: "closed", backend: "near>far" });
  expect([...near.calls, ...far.calls]).toEqual([]);
});
