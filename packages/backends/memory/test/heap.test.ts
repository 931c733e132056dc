import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { cacheBackend, cacheValue, json } from "@hitbox/core";
import { type MemoryOptions, memory } from "@hitbox/memory";
import { quickly } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";

const MAX_BYTES = 6 * 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes less than the last time that still count as garbage to wait for. */
const GARBAGE = 50_000;

/** Bytes of the heap and of buffers that are in use, once nothing of earlier tests is left to collect. */
async function usedBytes(): Promise<number> {
  let used = Number.POSITIVE_INFINITY;
  for (let still = 0; still < 3; ) {
    collect();
    await wait(1);
    const { heapUsed, external } = process.memoryUsage();
    still = heapUsed + external > used - GARBAGE ? still + 1 : 0;
    used = Math.min(used, heapUsed + external);
  }
  return used;
}

interface Shape extends Omit<MemoryOptions, "maxBytes"> {
  readonly key?: (index: number) => string;
  readonly value: (index: number) => unknown;
  readonly tags?: (index: number) => readonly string[];
}

const long = "z".repeat(40_000);
const list = <T>(length: number, make: (index: number) => T): T[] =>
  Array.from({ length }, (_, index) => make(index));
const row = (index: number) => ({
  ...{
    id: index,
    email: `ada${index}@example.com`,
    city: `London ${index}`,
    active: true,
    score: index + 0.5,
  },
  ...{
    tags: [`a${index}`, `b${index}`],
    address: { street: `${index} St James's Square`, zip: "SW1Y" },
    note: null,
  },
});

const SHAPES: Readonly<Record<string, Shape>> = {
  "small JSON": { format: json(), value: (index) => index },
  "rows of a database": { value: row },
  "rows with dates": { value: (index) => ({ ...row(index), at: new Date(index), end: new Date(index) }) },
  "lists of numbers": { value: (index) => list(100, (at) => index + at + (at % 2) / 2) },
  "lists of objects": { value: (index) => list(50, (at) => ({ id: at, text: `v${index}-${at}` })) },
  "objects with names of their own": { value: (index) => ({ [`key${index}`]: 1, [`other${index}`]: 2 }) },
  dictionaries: { value: (index) => Object.fromEntries(list(200, (at) => [`k${index}_${at}`, at])) },
  maps: { value: (index) => new Map(list(20, (at) => [`k${index}_${at}`, at])) },
  errors: { value: (index) => new Error(`failed ${index}`) },
  "small buffers": { value: (index) => Buffer.alloc(20, index) },
  "long texts": { value: (index) => index + long.slice(0, 2_000) },
  "texts that are not in Latin-1": { value: (index) => `中${index}${long.slice(0, 2_000)}` },
  "slices of large texts": { value: (index) => (index + long).slice(0, 50) },
  "keys that are slices of large texts": { key: (index) => (index + long).slice(0, 30), value: () => 1 },
  "long keys": { key: (index) => index + long.slice(0, 2_000), value: () => 1 },
  "many tags": { tags: (index) => list(64, (at) => `tag-${index}-${at}`), value: () => 1 },
  "large tags": { tags: (index) => [index + long.slice(0, 2_000)], value: () => 1 },
  "small numbers": { value: (index) => index },
  "JSON of rows": { format: json(), value: row },
};

describe("maxBytes", () => {
  test.each(quickly(Object.entries(SHAPES), 4))(
    "is about the memory that %s take",
    async (_, { key = (index) => `key:${index}`, value, tags, ...options }) => {
      const store = memory({ maxBytes: MAX_BYTES, ...options });
      const backend = cacheBackend(store);
      const before = await usedBytes();
      for (let index = 0; store.stats().evictions < store.stats().entries + 20; index++) {
        const settings = { ttl: 3_600_000, ...(tags && { tags: tags(index) }) };
        backend.set(key(index), cacheValue(value(index), settings));
      }
      const taken = (await usedBytes()) - before;
      // After the measurement, so that the tier is not garbage before.
      expect(store.stats().bytes).toBeLessThanOrEqual(MAX_BYTES);
      expect(taken / MAX_BYTES).toBeGreaterThan(0.5);
      expect(taken / MAX_BYTES).toBeLessThan(1.4);
    },
  );
});

test("the fences of keys that are never written are bounded by maxBytes too", async () => {
  const store = memory({ maxBytes: MAX_BYTES });
  const before = await usedBytes();
  for (let index = 0; index < 50_000; index++) store.lease?.(index + long.slice(0, 2_000), 1_000);
  expect(((await usedBytes()) - before) / MAX_BYTES).toBeLessThan(0.5);
  expect(store.stats().entries).toBe(0);
});

test("a tier for many entries takes no room in advance that maxBytes does not give", async () => {
  const before = await usedBytes();
  const store = memory({ maxBytes: 1024 * 1024, maxEntries: 16_000_000 });
  expect((await usedBytes()) - before).toBeLessThan(1024 * 1024);
  expect(store.stats().entries).toBe(0);
});
