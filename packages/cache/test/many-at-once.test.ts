import { type Cache, createCache } from "@hitbox/cache";
import { BackendError, cacheBackend } from "@hitbox/core";
import { describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { gate, settled } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

const KEYS = Array.from({ length: 1_000 }, (_, index) => `k${index}`);
/** Room for the requests that one call has under way. */
const MOST = 256;

const CALLS: Record<string, (cache: Cache) => Promise<boolean[]>> = {
  expireMany: (cache) => cache.expireMany(KEYS),
  touchMany: (cache) => cache.touchMany(KEYS),
};

describe.each(Object.entries(CALLS))("%s of a thousand keys", (_, run) => {
  const start = async () => {
    const { now } = testClock();
    const store = { ...sharedStore(now) };
    const options = { ttl: 1_000, staleWhileRevalidate: 1_000, now };
    const backend = cacheBackend(store, { now });
    const cache = createCache({ backend, ...options, onError: () => {} });
    await cache.setMany(KEYS.map((key) => [key, 1] as const));
    return { cache, store };
  };

  it("asks the store for some at a time, and answers for all", async () => {
    const { cache, store } = await start();
    const { lease } = store;
    let [now, most] = [0, 0];
    store.lease = async (key, ms) => {
      most = Math.max(most, ++now);
      try {
        return (await lease?.(key, ms)) as never;
      } finally {
        now -= 1;
      }
    };
    expect(await run(cache)).toEqual(KEYS.map(() => true));
    expect(most).toBeLessThanOrEqual(MOST);
  });

  it("asks no more of a store that fails", async () => {
    const { cache, store } = await start();
    const away = gate<never>();
    store.lease = vi.fn(() => away.opened);
    const done = run(cache);
    await settled();
    away.fail(new BackendError("timeout", "away", { backend: "store", retryable: true }));
    expect(await done).toEqual(KEYS.map(() => false));
    expect(store.lease).toHaveBeenCalledTimes(MOST);
  });
});

it("a set after an expireMany is later than it, however many keys that has", async () => {
  const { now } = testClock();
  const options = { ttl: 1_000, staleWhileRevalidate: 1_000, now };
  const cache = createCache({ backend: sharedStore(now), ...options });
  await cache.setMany(KEYS.map((key) => [key, "old"] as const));
  const last = KEYS.at(-1) as string;
  await Promise.all([cache.expireMany(KEYS), cache.set(last, "new")]);
  expect(await cache.lookup(last)).toMatchObject({ status: "fresh", value: "new" });
});
