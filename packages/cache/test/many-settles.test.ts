import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Backend, cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { gate } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";
import { timed } from "./support/timed.ts";

// Keys of a getOrSetMany that wait for the loads of others, and others for them: all of them settle.

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] }));
afterEach(() => void vi.useRealTimers());

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A store whose reads take as long as `pause` says. */
function slowStore(
  pause: (key: string) => Promise<unknown>,
  leases: "leases" | "no leases",
): Backend<unknown> {
  const far = sharedStore(Date.now, { leases });
  return {
    ...far,
    supports: { ...far.supports, readMany: false },
    async read(key) {
      const found = await far.read(key);
      await pause(key);
      return found;
    },
  };
}

describe.each(["leases", "no leases"] as const)("over a second tier with %s", (leases) => {
  it("two calls for the same keys settle though one waits for a refresh that has begun in the other", async () => {
    const reading = gate();
    let isSlow = false;
    const far = slowStore((key) => (isSlow && key === "=2" ? reading.opened : Promise.resolve()), leases);
    const near = memory({ maxEntries: 10 });
    const cache = createCache({
      backend: compose(near, cacheBackend(far)),
      ttl: 100,
      staleWhileRevalidate: 1_000,
    });
    await timed(
      cache.setMany([
        [1, "one"],
        [2, "two"],
      ]),
    );
    await vi.advanceTimersByTimeAsync(150);
    const failing = gate<string>();
    await timed(cache.getOrSet(2, () => failing.opened));
    await near.remove("=2");
    isSlow = true;
    const load = async (keys: readonly number[]) => keys.map((key) => `${key}`);
    const x = cache.getOrSetMany([1, 2], load);
    await vi.advanceTimersByTimeAsync(10);
    failing.fail(new Error("upstream"));
    await vi.advanceTimersByTimeAsync(1_100);
    const z = cache.getOrSetMany([1, 2], load);
    await vi.advanceTimersByTimeAsync(10);
    reading.open();
    await vi.advanceTimersByTimeAsync(1);
    const later = cache.getOrSetMany([2, 1], load);
    const { ms, result } = await timed(Promise.all([x, z, later]), 10_000);
    expect(ms).toBeLessThan(1_000);
    expect(result).toHaveLength(3);
  });

  it("any calls settle, whatever they wait for", { timeout: 60_000 }, async () => {
    const keys = [1, 2, 3, 4, 5, 6, 7, 8];
    const call = fc.record({
      at: fc.integer({ min: 0, max: 120 }),
      keys: fc.subarray(keys, { minLength: 1 }),
      loadMs: fc.integer({ min: 0, max: 12 }),
      fails: fc.boolean(),
    });
    const delays = fc.infiniteStream(fc.integer({ min: 0, max: 4 }));
    await assertProperty(
      fc.asyncProperty(fc.array(call, { minLength: 3, maxLength: 30 }), delays, async (calls, delay) => {
        const far = slowStore(() => wait(delay.next().value as number), leases);
        const backend = compose(memory({ maxEntries: 10 }), cacheBackend(far));
        const cache = createCache({ backend, ttl: 5, staleWhileRevalidate: 25, staleIfError: 10 });
        const running = calls.map(async ({ at, keys: asked, loadMs, fails }) => {
          await wait(at);
          const load = async (missing: readonly number[]): Promise<readonly number[]> => {
            await wait(loadMs);
            if (fails) throw new Error("upstream");
            return missing;
          };
          return cache.getOrSetMany(asked, load).then(
            (values) => expect(values).toEqual(asked),
            (error) => expect(error).toMatchObject({ message: "upstream" }),
          );
        });
        const { ms } = await timed(Promise.all(running), 3_000);
        expect(ms).toBeLessThan(1_000);
      }),
      { runs: 8 },
    );
  });
});
