import { type Cache, type CacheOptions, createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { quickly } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { type SharedStoreOptions, sharedStore } from "./support/shared-store.ts";

// Five processes, each with a memory of its own over one store. The value is the time at which it was loaded.

const TTL = 100;
const STEP = 10;
const STEPS = 50;
const PROCESSES = 5;

interface Shape {
  readonly options: Partial<CacheOptions>;
  readonly store: SharedStoreOptions;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  "with leases": { options: {}, store: {} },
  "with leases and coherence": { options: {}, store: { changes: "told" } },
  "with leases that are not used": { options: { lease: false }, store: {} },
  "without leases": { options: {}, store: { leases: "no leases" } },
  "without leases, with coherence": { options: {}, store: { leases: "no leases", changes: "told" } },
};

const WINDOWS: Readonly<Record<string, Partial<CacheOptions>>> = {
  "no window": {},
  "staleIfError of an hour": { staleIfError: "1h" },
  "staleWhileRevalidate of an hour": { staleWhileRevalidate: "1h" },
  "both windows": { staleWhileRevalidate: "1h", staleIfError: "2h" },
  "a window shorter than a step": { staleWhileRevalidate: 5 },
  "refreshAhead of 80 %": { refreshAhead: 0.8 },
  "staleWhileRevalidate and refreshAhead": { staleWhileRevalidate: "1h", refreshAhead: 0.8 },
};

function fleet({ options, store }: Shape, windows: Partial<CacheOptions>) {
  const clock = testClock();
  const { now } = clock;
  const far = sharedStore(now, store);
  const caches = Array.from({ length: PROCESSES }, () => {
    const near = memory({ maxEntries: 100, now });
    const backend = compose(near, cacheBackend(far, { now }), { now });
    return createCache({ backend, ttl: TTL, now, ...windows, ...options });
  });
  let loads = 0;
  const load = (): number => {
    loads += 1;
    return now();
  };
  return { ...clock, caches, load, loads: () => loads };
}

type Ask = (cache: Cache, load: () => number) => Promise<number | undefined>;

const ASKS: Readonly<Record<string, Ask>> = {
  getOrSet: (cache, load) => cache.getOrSet("row", load),
  getOrSetMany: async (cache, load) =>
    (await cache.getOrSetMany(["row", "other"], (keys) => keys.map(load)))[0],
};

const ROWS = Object.entries(WINDOWS).flatMap(([windows, options]) =>
  Object.entries(ASKS).map(([how, ask]) => ({ windows, options, how, ask })),
);

describe.each(Object.entries(SHAPES))("a fleet of five %s", (_, shape) => {
  it.each(quickly(ROWS, 3))(
    "answers $how with nothing older than ttl and one refresh: $windows",
    async (row) => {
      const { caches, load, loads, now, advance } = fleet(shape, row.options);
      let oldest = 0;
      for (let step = 0; step < STEPS; step++) {
        for (const cache of caches) {
          const answer = (await row.ask(cache, load)) ?? 0;
          oldest = Math.max(oldest, now() - answer);
          await settled();
        }
        advance(STEP);
      }
      // A value that is asked for in the step in which it becomes stale is the answer once more.
      expect(oldest).toBeLessThanOrEqual(TTL);
      // In turn, all of them need one load for each ttl, with leases or without. refreshAhead loads sooner.
      const lives = (STEPS * STEP) / (row.options.refreshAhead === undefined ? TTL : 0.8 * TTL);
      const keys = row.how === "getOrSetMany" ? 2 : 1;
      expect(loads()).toBeLessThanOrEqual(Math.ceil(lives) * keys);
      expect(loads()).toBeGreaterThanOrEqual(Math.floor((STEPS * STEP) / (TTL + STEP)) * keys);
    },
  );
});

describe.each(["with leases", "with leases and coherence"])(
  "a fleet of five %s, all at the same time,",
  (name) => {
    // Who waits for another's lease looks again after a pause.
    beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
    afterEach(() => void vi.useRealTimers());

    /** Lets everything end that has begun, the pauses included. */
    async function quiet(): Promise<void> {
      for (let round = 0; round < 5; round++) {
        await settled();
        await vi.advanceTimersByTimeAsync(100);
      }
    }

    it.each(Object.entries(WINDOWS))("loads once for each ttl: %s", async (_, windows) => {
      const { caches, load, loads, now, advance } = fleet(SHAPES[name] as Shape, windows);
      const slow = async (): Promise<number> => {
        const value = load();
        await settled();
        return value;
      };
      for (let life = 0; life < 5; life++) {
        const answers = Promise.all(caches.map((cache) => cache.getOrSet("row", slow)));
        await quiet();
        for (const answer of await answers) expect(now() - answer).toBeLessThanOrEqual(TTL);
        expect(loads()).toBe(life + 1);
        advance(TTL);
      }
    });
  },
);
