import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { settled } from "./support/gate.ts";
import { type SharedStoreOptions, sharedStore } from "./support/shared-store.ts";

// Twenty processes ask for one key, ten times a second. A load takes half a second, and its value
// is fresh for ten.

const PROCESSES = 20;
const STEP = 100;
const LOAD = 500;
const TTL = 10_000;
const LIVES = 5;

/** The same lots in every run of a test: a linear congruential generator. */
function lots(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

async function play(store: SharedStoreOptions, refreshAhead: "adaptive" | undefined) {
  const { now, advance } = testClock();
  const far = sharedStore(now, { changes: "told", ...store });
  const random = lots();
  const caches = Array.from({ length: PROCESSES }, () => {
    const backend = compose(memory({ maxEntries: 100, now }), cacheBackend(far, { now }), { now });
    return createCache({ backend, ttl: TTL, refreshAhead, random, now });
  });
  const seen = { loads: 0, atOnce: 0, waited: 0, oldest: 0 };
  const running = new Map<() => void, number>();
  const load = (): Promise<number> => {
    seen.loads += 1;
    const began = now();
    return new Promise((resolve) => {
      running.set(() => resolve(began), began + LOAD);
      seen.atOnce = Math.max(seen.atOnce, running.size);
    });
  };
  const ask = async (index: number): Promise<void> => {
    const asked = now();
    const answer = await caches[index]?.getOrSet("row", load);
    if (now() > asked) seen.waited += 1;
    seen.oldest = Math.max(seen.oldest, asked - (answer ?? 0));
  };
  const asking: Promise<void>[] = [];
  // The first load of all is not one that could be seen coming.
  const first = ask(0);
  for (let time = 0; time < LIVES * TTL; time += STEP) {
    if (time === LOAD + STEP) Object.assign(seen, { loads: 0, atOnce: 0, waited: 0 });
    if (time > LOAD) for (let index = 0; index < PROCESSES; index++) asking.push(ask(index));
    await settled();
    advance(STEP);
    for (const [end, at] of running) if (at <= now() && running.delete(end)) end();
    await settled();
  }
  for (const end of running.keys()) end();
  await Promise.all([first, ...asking]);
  return seen;
}

describe("a fleet of twenty processes", () => {
  it("with leases has one load at a time, and nobody waits for it", async () => {
    const seen = await play({}, "adaptive");
    expect(seen).toMatchObject({ atOnce: 1, waited: 0 });
    // One for each life, which ends early by half of it at most.
    expect(seen.loads).toBeGreaterThanOrEqual(LIVES - 1);
    expect(seen.loads).toBeLessThanOrEqual(2 * LIVES);
    expect(seen.oldest).toBeLessThan(TTL);
  });

  it("without leases has few loads at a time, where all would load together, and nobody waits", async () => {
    const store = { leases: "no leases" } as const;
    const together = await play(store, undefined);
    expect(together.atOnce).toBe(PROCESSES);
    const seen = await play(store, "adaptive");
    expect(seen.waited).toBe(0);
    expect(seen.atOnce).toBeLessThanOrEqual(PROCESSES / 2);
  });
});
