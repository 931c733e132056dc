import { createCache } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { memory } from "@hitbox/memory";
import { touchedSizes } from "@hitbox/test-support";
import { expect, it, vi } from "vitest";
import { WorkUnderWay } from "../src/close/work-under-way.ts";
import { type KeyLoad, KeyState } from "../src/keys/key-state.ts";
import { KeyStates } from "../src/keys/key-states.ts";
import { Namespaces } from "../src/keys/namespaces.ts";
import { milliseconds } from "../src/policy/duration.ts";
import { RecordKeys } from "../src/tags/record-keys.ts";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

// What grows with keys, tags, callers or failures has a bound: see the table in docs/how-it-works/design.md.

/** How many items the largest map or set has that gets one while `run` runs. */
const largest = async (run: () => unknown): Promise<number> => Math.max(0, ...(await touchedSizes(run)));

const STORES = {
  "a memory tier": () => memory({ maxEntries: 10 }),
  "a store that fails": () => faulty(sharedStore(Date.now), { chance: { fail: 1 }, seed: 1 }),
};

it.each(Object.entries(STORES))(
  "after 1,200 loads over %s nothing is held of keys, callers and failures",
  async (_, open) => {
    const cache = createCache({ backend: open(), ttl: "1m" });
    const { signal } = new AbortController();
    const most = await largest(async () => {
      for (let index = 0; index < 400; index++) {
        await cache.getOrSet(`a${index}`, () => index, { signal });
        await cache.getOrSet(`b${index}`, () => Promise.reject(new Error("upstream"))).catch(() => {});
        await cache.getOrSetMany([`c${index}`], (keys) => keys, { signal });
      }
      await settled();
    });
    expect(most).toBeLessThan(100);
  },
);

it("states of keys are forgotten when nothing is under way, and so are loads", () => {
  const states = new KeyStates();
  const loads = Array.from({ length: 1_000 }, (_, index) => {
    const flight = { state: states.of(`k${index}`) } as KeyLoad;
    states.begin(flight);
    return flight;
  });
  expect(states.flights.size).toBe(1_000);
  for (const flight of loads) states.end(flight);
  expect(states.flights.size).toBe(0);
  expect(states.get("k1")).toBeUndefined();
  const idle = new KeyState("never begun");
  states.release(idle);
  expect(states.get("never begun")).toBeUndefined();
});

it("work is forgotten when it has ended, well or not", async () => {
  const work = new WorkUnderWay();
  const failing = Array.from({ length: 1_000 }, () =>
    work.run("set", () => Promise.reject(new Error("down"))).catch(() => {}),
  );
  work.hold(Promise.reject(new Error("down")));
  expect(work.names).toHaveLength(1_000);
  await Promise.all(failing);
  await work.idle();
  expect(work.names).toEqual([]);
});

it("100,000 names of namespaces of each kind are remembered, and what is forgotten may be either", () => {
  const ofOthers = new Namespaces();
  for (let index = 0; index < 100_000; index++) ofOthers.check(`@n${index}:`, "n", false);
  expect(ofOthers.check("@clearable:", "n", true)).toBe(true);
  ofOthers.check("@more:", "n", false);
  expect(() => ofOthers.check("@n1:", "n", true)).toThrow(/must be false, as it was/);
  expect(() => ofOthers.check("@n0:", "n", true)).toThrow(/must be false: more than 100000/);
  expect(ofOthers.check("@clearable:", "n", true)).toBe(true);
  expect(ofOthers.check("@n0:", "n", false)).toBe(false);
  const clearable = new Namespaces();
  for (let index = 0; index <= 100_000; index++) clearable.check(`@n${index}:`, "n", true);
  // It can be cleared as the one that was forgotten can.
  expect(clearable.check("@n0:", "n", false)).toBe(true);
  expect(clearable.check("@n0:", "n", true)).toBe(true);
  expect(() => clearable.check("@n2:", "n", false)).toThrow(/must be true, as it was/);
});

it("durations and keys of records are remembered up to a number, and right beyond it", async () => {
  const keys = new RecordKeys();
  let wrong = 0;
  const most = await largest(() => {
    for (let index = 0; index < 25_000; index++) {
      if (milliseconds("ttl", `${index}s`) !== index * 1_000) wrong += 1;
      if (keys.of(`tag${index}`) !== `%tag:tag${index}`) wrong += 1;
    }
  });
  expect(wrong).toBe(0);
  expect(most).toBeLessThanOrEqual(10_000);
});

it("failures are remembered of 10,000 keys, and the oldest is forgotten", async () => {
  const { now, advance } = testClock();
  const cache = createCache({
    backend: memory({ maxEntries: 20_000, now }),
    ttl: 1,
    staleIfError: "1d",
    now,
  });
  const keys = Array.from({ length: 10_001 }, (_, key) => key);
  await cache.setMany(keys.map((key) => [key, key] as const));
  advance(1);
  const load = vi.fn((asked: readonly number[]) => asked.map(() => new Error("down")));
  await cache.getOrSetMany(keys, load);
  await cache.getOrSetMany(keys, load);
  expect(load.mock.calls.map(([asked]) => asked.length)).toEqual([10_001, 1]);
});

it("no further key is stored after more changes than a load remembers", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 100 }), ttl: "1m" });
  const loading = gate<ReadonlyMap<string, number>>();
  const many = cache.getOrSetMany(["a"], () => loading.opened);
  await settled();
  await cache.setMany(Array.from({ length: 10_001 }, (_, key) => [["other", key], key] as const));
  loading.open(
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  );
  await many;
  await settled();
  expect(await cache.getMany(["a", "b"])).toEqual([1, undefined]);
});
