import { type Cache, createCache } from "@hitbox/cache";
import { compose, tier } from "@hitbox/composition";
import { type AnyBackend, type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it, vi } from "vitest";
import { sharedStore } from "./support/shared-store.ts";

// A backend that several caches were made over is closed when the last of them is.

const over = (backend: AnyBackend): Cache => createCache({ backend, ttl: "1m" });
const near = (): Backend<unknown> => memory({ maxEntries: 10 });

interface Shared {
  readonly store: Backend<unknown>;
  readonly close: ReturnType<typeof vi.fn>;
}

function shared(): Shared {
  const close = vi.fn();
  return { store: { ...sharedStore(Date.now, { changes: "told" }), close }, close };
}

const PAIRS: readonly (readonly [string, (store: Backend<unknown>) => readonly [Cache, Cache]])[] = [
  ["one raw backend", (store) => [over(store), over(store)]],
  [
    "one typed backend",
    (store) => {
      const typed = cacheBackend(store);
      return [over(typed), over(typed)];
    },
  ],
  ["one raw backend, typed for one of them", (store) => [over(store), over(cacheBackend(store))]],
  [
    "one backend, with a maxTtl for one of them",
    (store) => [over(store), over(tier(store, { maxTtl: 1e6 }))],
  ],
  [
    "one composition",
    (store) => {
      const tiers = compose(near(), store);
      return [over(tiers), over(tiers)];
    },
  ],
  [
    "two compositions of one raw backend",
    (store) => [over(compose(near(), store)), over(compose(near(), store))],
  ],
  [
    "two compositions of one typed backend",
    (store) => {
      const typed = cacheBackend(store);
      return [over(compose(near(), typed)), over(compose(near(), typed))];
    },
  ],
  [
    "a backend, and a composition of it",
    (store) => {
      const typed = cacheBackend(store);
      return [over(typed), over(compose(near(), typed))];
    },
  ],
];

describe.each(PAIRS)("of two caches over %s", (_, open) => {
  it.each([
    ["first", 0],
    ["second", 1],
  ] as const)("the %s is closed, and the other goes on until it is closed too", async (__, index) => {
    const { store, close } = shared();
    const caches = open(store);
    const [gone, other] = [caches[index], caches[1 - index] as Cache];
    await gone.set("a", 1, { tags: ["t"] });
    await other.get("a");
    await gone.close();
    await gone.close();
    expect(close).not.toHaveBeenCalled();
    await expect(gone.get("a")).rejects.toMatchObject({ code: "closed" });
    expect(await other.get("a")).toBe(1);
    await other.set("b", 2);
    await other.invalidateTags(["t"]);
    expect([await other.get("a"), await other.get("b")]).toEqual([undefined, 2]);
    await other.close();
    expect(close).toHaveBeenCalledTimes(1);
  });
});

it("a cache that is closed hears of no changes any more, though its backend stays open", async () => {
  const { store } = shared();
  const stops: (() => void)[] = [];
  const watched: Backend<unknown> = {
    ...store,
    watch: (listener) => {
      const stop = vi.fn(store.watch?.(listener) ?? expect.unreachable());
      stops.push(stop);
      return stop;
    },
  };
  const typed = cacheBackend(watched);
  const [gone, other] = [over(compose(near(), typed)), over(typed)];
  await gone.set("a", 1, { tags: ["t"] });
  for (let call = 0; call < 3; call++) await gone.get("a");
  await gone.close();
  expect(stops.length).toBeGreaterThanOrEqual(2);
  for (const stop of stops) expect(stop).toHaveBeenCalled();
  await other.close();
});

it("a cache or composition that is refused keeps no backend open", async () => {
  const { store, close } = shared();
  const cache = over(store);
  expect(() => createCache({ backend: store, ttl: "1m", maxTags: 0 })).toThrow(TypeError);
  expect(() => createCache({ backend: store, ttl: "soon" })).toThrow(TypeError);
  expect(() => compose(near(), store, { whenLost: "fail" as never })).toThrow(TypeError);
  expect(() => compose({ ...near(), supports: { ...near().supports, clear: false } }, store)).toThrow(
    TypeError,
  );
  await cache.close();
  expect(close).toHaveBeenCalledTimes(1);
});

it("a backend that its owner closes is closed for its caches", async () => {
  const { store, close } = shared();
  const typed = cacheBackend(store);
  const [one, other] = [over(typed), over(typed)];
  await typed.close();
  expect(close).toHaveBeenCalledTimes(1);
  for (const cache of [one, other])
    await expect(cache.set("a", 1)).rejects.toMatchObject({ code: "closed", message: expect.any(String) });
  await Promise.all([one.close(), other.close()]);
});
