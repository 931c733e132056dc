import { createCache, type KeyInput } from "@hitbox/cache";
import { faulty } from "@hitbox/conformance";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { keyText } from "../src/keys/key-text.ts";

// The work for a key ends as soon as its text is too long, however large the data is.

/** 25 levels of one shared array: 2²⁵ leaves, were they written out. */
function shared(levels: number): readonly unknown[] {
  let array: readonly unknown[] = [1, 1];
  for (let level = 1; level < levels; level++) array = [array, array];
  return array;
}

/** Counts how often an item of any level is looked at. */
function counted(levels: number): { readonly key: readonly unknown[]; looks(): number } {
  let looks = 0;
  const watch = (array: readonly unknown[]): readonly unknown[] =>
    new Proxy(array, {
      get(target, name, receiver) {
        looks += 1;
        return Reflect.get(target, name, receiver);
      },
    });
  let array = watch([1, 1]);
  for (let level = 1; level < levels; level++) array = watch([array, array]);
  return { key: array, looks: () => looks };
}

const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, index]));
const sparse: unknown[] = [];
sparse.length = 2 ** 32 - 1;

const TOO_LONG: Readonly<Record<string, KeyInput>> = {
  "2,049 bytes": "x".repeat(2_049),
  "2,050 bytes in 1,025 characters": "ä".repeat(1_025),
  "data of 2,049 bytes": ["x".repeat(2_044)],
  "25 levels of one shared array": shared(25),
  "60 levels of one shared array": shared(60),
  "a sparse array of 2³²−1": sparse,
  "a sparse array in an object": { sparse },
  "an object of 20,000 properties": wide,
  "a whole number of 100,000 bits": 1n << 100_000n,
  "a text of 20 MB": ["x".repeat(20_000_000)],
};

describe.each(Object.entries(TOO_LONG))("a key of %s", (_, key) => {
  it("is a TypeError of every operation, and no tier hears of it", async () => {
    const store = faulty(memory({ maxEntries: 10 }));
    const cache = createCache({ backend: store, ttl: "1m" });
    const operations = [
      () => cache.get(key),
      () => cache.getMany([key]),
      () => cache.has(key),
      () => cache.lookup(key),
      () => cache.set(key, 1),
      () => cache.setMany([[key, 1]]),
      () => cache.delete(key),
      () => cache.deleteMany([key]),
      () => cache.getOrSet(key, () => 1),
      () => cache.getOrSetMany([key], () => [1]),
      () => cache.wrap(() => 1, { key: () => key })(),
    ];
    for (const operation of operations) {
      const failure: unknown = await operation().then(
        () => "no failure",
        (error) => error,
      );
      expect(failure).toBeInstanceOf(TypeError);
      expect(String(failure)).toMatch(/at most 2048 bytes of text \(maxKeyBytes\)/);
    }
    expect(() => cache.getSync(key)).toThrow(TypeError);
    expect(Object.values(store.calls).every((count) => count === 0)).toBe(true);
  });
});

it("25 levels of one shared array are looked at no more than the text has room for", () => {
  const { key, looks } = counted(25);
  expect(() => keyText("", key as unknown[], 2_048)).toThrow(TypeError);
  // Written out they are 67 million looks.
  expect(looks()).toBeLessThan(20_000);
});

it("2,048 bytes are a key, with the namespace counted, and maxKeyBytes changes the bound", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  await cache.set("x".repeat(2_048), 1);
  expect(await cache.get("x".repeat(2_048))).toBe(1);
  const space = cache.namespace("acme");
  await space.set("x".repeat(2_048 - "@acme:".length), 2);
  await expect(space.set("x".repeat(2_049 - "@acme:".length), 2)).rejects.toThrow(TypeError);
  const wider = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m", maxKeyBytes: 3_000 });
  await wider.set("x".repeat(3_000), 3);
  await expect(wider.set("x".repeat(3_001), 3)).rejects.toThrow(/at most 3000 bytes/);
});
