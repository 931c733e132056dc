import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

function open() {
  const { now, advance } = testClock();
  const far = cacheBackend(sharedStore(now), { now });
  const backend = compose(memory({ maxEntries: 100, now }), far, { now });
  const cache = createCache({ backend, ttl: "1m", now });
  const elsewhere = createCache({
    backend: compose(memory({ maxEntries: 100, now }), far, { now }),
    ttl: "1m",
    now,
  });
  const load =
    <T>(ms: number, value: T) =>
    () => {
      advance(ms);
      return value;
    };
  return { cache, elsewhere, load, far, advance };
}

it("an entry carries the time that its loader took, through every tier", async () => {
  const { cache, elsewhere, load } = open();
  expect(await cache.lookup("a", load(250, 1))).toMatchObject({ status: "miss", loadMs: 250 });
  expect(await cache.lookup("a")).toMatchObject({ status: "fresh", loadMs: 250 });
  // From the second tier, and then from the first tier, which has it from there.
  for (let read = 0; read < 2; read++)
    expect(await elsewhere.lookup("a", load(1, 2))).toMatchObject({ value: 1, loadMs: 250 });
});

it("each key of a loader of many, and each further key, carries the time of the whole call", async () => {
  const { cache, load } = open();
  await cache.getOrSetMany(
    ["a", "b"],
    load(
      40,
      new Map([
        ["a", 1],
        ["b", 2],
        ["c", 3],
      ]),
    ),
  );
  await settled();
  for (const key of ["a", "b", "c"]) expect(await cache.lookup(key)).toMatchObject({ loadMs: 40 });
});

it("a value that is set has none, and takes away that of the value before it", async () => {
  const { cache, load } = open();
  await cache.getOrSet("a", load(40, 1));
  await cache.set("a", 2);
  expect(await cache.lookup("a")).toMatchObject({ value: 2, loadMs: undefined });
});

it("'not found' carries it too", async () => {
  const { cache, load } = open();
  await cache.getOrSet("a", load(40, undefined), { notFoundTtl: "1m" });
  expect(await cache.lookup("a")).toMatchObject({ status: "fresh", value: undefined, loadMs: 40 });
});

it("a clock that is set back while a value is loaded makes it 0", async () => {
  const { cache, advance } = open();
  const load = () => {
    advance(-5_000);
    return 1;
  };
  expect(await cache.lookup("a", load)).toMatchObject({ loadMs: 0 });
});
