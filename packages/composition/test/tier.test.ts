import { compose, tier } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheValue, type Format, json } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { put, tier as store } from "./support/tier.ts";

const now = (): number => 1_000;
const later = cacheValue("v", { createdAt: 900, ttl: 60_000 });

function endOf(at: ReturnType<typeof store>): number | undefined {
  return at.entries.get("k")?.expiresAt;
}

describe("a tier with maxTtl", () => {
  test("keeps an entry at most that long, and leaves one that ends sooner alone", async () => {
    const near = store("near");
    const backend: CacheBackend = tier(cacheBackend(near, { now }), { maxTtl: 500, now });
    await backend.set("k", later);
    expect(endOf(near)).toBe(1_500);
    await backend.set("k", cacheValue("v", { createdAt: 900 }));
    expect(endOf(near)).toBe(1_500);
    await backend.set("k", cacheValue("v", { createdAt: 900, expiresAt: 1_200 }));
    expect(endOf(near)).toBe(1_200);
    await backend.setMany([["k", later]]);
    expect(endOf(near)).toBe(1_500);
  });

  test("spreads the ends over the share that is given", async () => {
    const near = store("near");
    const ends = new Set<number | undefined>();
    for (const random of [0, 0.5, 0.999]) {
      const backend = tier(cacheBackend(near, { now }), {
        maxTtl: 1_000,
        jitter: 0.2,
        now,
        random: () => random,
      });
      await backend.set("k", later);
      ends.add(endOf(near));
    }
    expect([...ends]).toEqual([2_000, 1_900, 1_801]);
  });

  test("limits refills, and L1 never outlives what L2 has left", async () => {
    const [near, far] = [store("near"), store("far", { answers: "later" })];
    const backend = compose(tier(near, { maxTtl: 5_000 }), far);
    const before = Date.now();
    put(far, "k", "v", { ttl: 60_000 });
    await backend.get("k");
    expect(endOf(near)).toBeLessThanOrEqual(Date.now() + 5_000);
    expect(endOf(near)).toBeGreaterThanOrEqual(before + 5_000);
    near.entries.clear();
    put(far, "k", "v", { ttl: 2_000 });
    await backend.get("k");
    expect(endOf(near)).toBe(endOf(far));
  });

  test("limits one tier of a set and not the other, with one serialization", async () => {
    const calls: string[] = [];
    const format: Format<unknown> = {
      ...json(),
      deserialize: (raw) => json().deserialize(raw as Uint8Array),
      serialize: (value) => {
        calls.push("serialize");
        return json().serialize(value);
      },
    };
    const [near, far] = [store("near", { format }), store("far", { format })];
    await compose(tier(near, { maxTtl: 5_000 }), far).set("k", cacheValue("v", { expiresAt: 9e12 }));
    expect(endOf(near)).toBeLessThan(9e12);
    expect(endOf(far)).toBe(9e12);
    expect(calls).toEqual(["serialize"]);
  });

  test.each([
    { maxTtl: 0 },
    { maxTtl: Number.POSITIVE_INFINITY },
    { maxTtl: 5, jitter: 2 },
    { maxTtl: 5, jiter: 0.1 },
    {},
  ])("refuses %o", (options) => {
    expect(() => tier(store("near"), options as never)).toThrow(TypeError);
  });
});
