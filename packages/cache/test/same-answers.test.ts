import { createCache } from "@hitbox/cache";
import { cbor } from "@hitbox/cbor";
import { compose } from "@hitbox/composition";
import { type Backend, type CacheBackend, cacheBackend, json } from "@hitbox/core";
import { memory, reference } from "@hitbox/memory";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { sharedStore } from "./support/shared-store.ts";

// What a miss returns is what a hit returns: same shape, same types, same mutability, from whichever tier.

const now = testClock().now;
const far = (): Backend<unknown> => sharedStore(now);
const farCbor = (): Backend<unknown> =>
  memory({ maxEntries: 10, format: cbor() as never, now, label: "far" });

type Shape = () => { readonly backend: CacheBackend; clearFirst(): unknown };

function tiers(near: Backend<unknown>, second: Backend<unknown>): ReturnType<Shape> {
  return { backend: compose(near, cacheBackend(second, { now }), { now }), clearFirst: () => near.clear?.() };
}

const SHAPES: Record<string, Shape> = {
  "frozen values": () => ({
    backend: cacheBackend(memory({ maxEntries: 10, now }), { now }),
    clearFirst() {},
  }),
  references: () => ({
    backend: cacheBackend(memory({ maxEntries: 10, now, format: reference() }), { now }),
    clearFirst() {},
  }),
  bytes: () => ({ backend: cacheBackend(far(), { now }), clearFirst() {} }),
  "frozen values over bytes": () => tiers(memory({ maxEntries: 10, now }), far()),
  "frozen values over a tier that answers at once": () => tiers(memory({ maxEntries: 10, now }), farCbor()),
  "bytes over bytes": () => tiers(memory({ maxEntries: 10, now, format: json() }), far()),
};

const VALUES: Record<string, () => unknown> = {
  "plain data": () => ({ id: 1, list: [{ deep: true }], none: null }),
  "an array": () => [1, [2]],
  "a string": () => "text",
  null: () => null,
};

const RICH: Record<string, () => unknown> = {
  "a Date": () => ({ at: new Date(5) }),
  "a Map": () => new Map([["a", { b: 1 }]]),
  "a Set": () => new Set([1, 2]),
  bytes: () => new Uint8Array([1, 2]),
  "NaN and a bigint": () => [Number.NaN, 5n],
};

function kindOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, kindOf(part)]);
  return [
    value.constructor.name,
    Object.isFrozen(value),
    parts,
    value instanceof Map ? [...value].map(kindOf) : 0,
  ];
}

async function check(shape: Shape, make: () => unknown): Promise<void> {
  const { backend, clearFirst } = shape();
  const cache = createCache({ backend, ttl: "1m", staleWhileRevalidate: "1m", now });
  const miss = await cache.getOrSet("a", make);
  const hit = await cache.getOrSet("a", make);
  expect(hit).toEqual(miss);
  expect(kindOf(hit)).toEqual(kindOf(miss));
  expect(cache.getSync("a") === undefined || kindOf(cache.getSync("a"))).toEqual(
    cache.getSync("a") === undefined || kindOf(miss),
  );
  clearFirst();
  for (const other of [
    await cache.get("a"),
    await cache.getOrSet("a", make),
    (await cache.lookup("a")).value,
  ]) {
    expect(kindOf(other)).toEqual(kindOf(miss));
  }
  const unstored = await cache.getOrSet("skipped", ({ skip }) => {
    skip();
    return make();
  });
  expect(kindOf(unstored)).toEqual(kindOf(miss));
}

for (const [over, shape] of Object.entries(SHAPES)) {
  it.each(Object.entries(VALUES))(`%s over ${over}`, (_, make) => check(shape, make));
}

for (const over of ["frozen values", "references", "frozen values over a tier that answers at once"]) {
  it.each(Object.entries(RICH))(`%s over ${over}`, (_, make) => check(SHAPES[over] as Shape, make));
}

it("what a caller does to a value changes nothing for others, from whichever tier", async () => {
  for (const [over, shape] of Object.entries(SHAPES)) {
    if (over === "references") continue;
    const { backend, clearFirst } = shape();
    const cache = createCache({ backend, ttl: "1m", now });
    const loaded = { list: [1] };
    const spoil = (value: { list: number[] } | undefined): void => {
      try {
        value?.list.push(2);
      } catch {
        // Frozen.
      }
    };
    spoil(await cache.getOrSet("a", () => loaded));
    loaded.list.push(3);
    spoil(await cache.get("a"));
    clearFirst();
    spoil(await cache.get("a"));
    expect(await cache.get("a")).toEqual({ list: [1] });
  }
});

it("the loader's own object is left as it is", async () => {
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1m" });
  const loaded = { list: [1] };
  await cache.getOrSet("a", () => loaded);
  loaded.list.push(2);
  expect(await cache.get("a")).toEqual({ list: [1] });
});
