import { build, startChild } from "@hitbox/test-support";
import { beforeAll, describe, expect, test } from "vitest";

// The heap of a process of its own, in which there is nothing else to measure.

const MIB = 1024 * 1024;

const SHAPES: Readonly<Record<string, string>> = {
  "numbers under short keys": "store.set('k' + index, cacheValue(index, { ttl: 3_600_000 }))",
  "numbers that never end": "store.set('k' + index, cacheValue(index))",
  "a long key each": "store.set(index + long, cacheValue(1, { ttl: 3_600_000 }))",
  "64 tags each": "store.set('k' + index, cacheValue(1, { tags: many.map((at) => 'tag' + index + at) }))",
  "texts of 1,000 characters": "store.set('k' + index, cacheValue(index + long))",
  "rows with dates":
    "store.set('k' + index, cacheValue({ id: index, at: new Date(index), of: ['a' + index] }))",
  "one key again and again": "store.set('k' + index % 7, cacheValue(index + long, { ttl: index + 1 }))",
};

const BODY = `
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  import { cacheBackend, cacheValue } from "../../../core/dist/index.js";
  import { memory } from "../dist/index.js";
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const used = async () => {
    for (let round = 0; round < 4; round++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const long = "z".repeat(1_000);
  const many = Array.from({ length: 64 }, (_, index) => index);
  const fill = (store) => {
    for (let index = 0; index < 20_000; index++) STEP;
  };
  // What the code itself takes, once it has run.
  fill(cacheBackend(memory({ maxEntries: 10 })));
  const before = await used();
  const tier = memory({ maxBytes: ${MIB} });
  fill(cacheBackend(tier));
  say(JSON.stringify({ taken: (await used()) - before, ...tier.stats() }));
`;

beforeAll(() => build("core", "backends/memory"), 300_000);

describe("maxBytes of 1 MiB", () => {
  test.each(Object.entries(SHAPES))(
    "takes less than 3 MiB of heap: %s",
    { timeout: 120_000 },
    async (_, step) => {
      const child = startChild(BODY.replace("STEP", step), { cwd: import.meta.dirname });
      const told = JSON.parse((await child.hear()) ?? "{}") as {
        taken: number;
        bytes: number;
        entries: number;
      };
      expect(await child.ended).toBe(0);
      expect(told.taken).toBeLessThan(3 * MIB);
      expect(told.bytes).toBeLessThanOrEqual(MIB);
      expect(told.entries).toBeGreaterThan(0);
    },
  );
});
