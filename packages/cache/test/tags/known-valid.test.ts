import { type Cache, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type AnyBackend, type CacheBackend, type ChangeListener, cacheBackend } from "@hitbox/core";
import { asTier, type TierBackend } from "@hitbox/core/tier";
import { memory } from "@hitbox/memory";
import { testClock } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { KnownValid } from "../../src/tags/known-valid.ts";
import { sharedStore } from "../support/shared-store.ts";

// A hit in a first tier that hears of changes looks at the records of its tags once. Whatever happens to one
// of them afterwards has to be noticed.

function setting() {
  const { now } = testClock();
  const store = sharedStore(now, { changes: "told" });
  const far = (): CacheBackend => cacheBackend(store, { now });
  const near = (second: AnyBackend): CacheBackend =>
    compose(memory({ maxEntries: 100, now }), second, { now });
  const over = (backend: AnyBackend): Cache => createCache({ backend, ttl: "1m", now });
  return { far, near, over };
}

type Setting = ReturnType<typeof setting>;

/** Each makes its own caches before the first hit, as processes that run for a while have. */
type Prepare = (setting: Setting, own: CacheBackend) => () => unknown;

const INVALIDATIONS: readonly (readonly [string, Prepare])[] = [
  [
    "another process invalidates the tag",
    ({ over, near, far }) => {
      const other = over(near(far()));
      return () => other.invalidateTags(["x"]);
    },
  ],
  [
    "another cache over the same backend does",
    ({ over }, own) => {
      const other = over(own);
      return () => other.invalidateTags(["x"]);
    },
  ],
  [
    "a cache over a composition of the backend does",
    ({ over, near }, own) => {
      const other = over(near(own));
      return () => other.invalidateTags(["x"]);
    },
  ],
  [
    "the store loses the record",
    ({ far }) => {
      const store = far();
      return () => store.delete("%tag:x");
    },
  ],
  [
    "another process clears the store",
    ({ over, far }) => {
      const other = over(far());
      return () => other.clear();
    },
  ],
];

it.each(INVALIDATIONS)("a hit that has been found valid is a miss once %s", async (_, prepare) => {
  const here = setting();
  const own = here.near(here.far());
  const cache = here.over(own);
  const invalidate = prepare(here, own);
  await cache.set("key", 1, { ttl: Number.POSITIVE_INFINITY, tags: ["x", "y"] });
  for (let times = 0; times < 3; times++) expect(await cache.getOrSet("key", () => "loaded")).toBe(1);
  await invalidate();
  expect(await cache.get("key")).toBeUndefined();
  expect(await cache.getOrSet("key", () => "loaded")).toBe("loaded");
});

it("a hit that has been found valid is valid when another tag is invalidated", async () => {
  const { over, near, far } = setting();
  const [cache, other] = [over(near(far())), over(near(far()))];
  await cache.set("key", 1, { tags: ["x"] });
  expect(await cache.get("key")).toBe(1);
  await other.invalidateTags(["z"]);
  expect(await cache.get("key")).toBe(1);
});

it("an entry that was found valid is looked at again when the first of its records ends", () => {
  const { far } = setting();
  const { now, advance } = testClock();
  const known = new KnownValid(asTier(far()), now);
  const tags = ["x", "%=stamp"];
  // The first one begins to listen.
  known.add(["y"], now() + 10);
  known.add(tags, now() + 10);
  advance(9);
  expect(known.has(tags)).toBe(true);
  expect(known.has([...tags])).toBe(false);
  advance(1);
  expect(known.has(tags)).toBe(false);
});

it("nothing more is found valid while changes may go unheard", () => {
  const { now } = testClock();
  const heard: ChangeListener[] = [];
  const watch = (listener: ChangeListener): (() => void) => {
    heard.push(listener);
    return () => {};
  };
  const known = new KnownValid({ watch } as Partial<TierBackend> as TierBackend, now);
  const tags = ["x", "%=stamp"];
  const has = (): boolean => {
    known.add(tags, Number.POSITIVE_INFINITY);
    return known.has(tags);
  };
  expect([has(), has()]).toEqual([false, false]);
  heard[0]?.restored();
  expect(known.has(tags)).toBe(false);
  expect(has()).toBe(true);
  heard[0]?.lost();
  const later = ["y", "%=stamp"];
  known.add(later, Number.POSITIVE_INFINITY);
  expect([known.has(tags), known.has(later)]).toEqual([true, false]);
  heard[0]?.restored();
  expect(known.has(tags)).toBe(false);
  expect(heard).toHaveLength(1);
});
