import { compose, tier } from "@hitbox/composition";
import {
  type AnyBackend,
  type CacheBackend,
  cacheBackend,
  cacheValue,
  type Format,
  json,
} from "@hitbox/core";
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

  describe("below another tier", () => {
    const ends = (...stores: ReturnType<typeof store>[]): unknown[] => stores.map(endOf);
    const value = cacheValue("v", { expiresAt: 9e12 });
    const soon = (): number => 8e12;

    test.each(["optimistic", "sequential", "race", "l2-first", "write-behind"] as const)(
      "is not outlived by it, %s",
      async (write) => {
        const [near, far] = [store("near"), store("far", { answers: "later" })];
        const backend = compose(near, tier(far, { maxTtl: 5_000, jitter: 0.5 }), { write });
        await backend.set("k", value);
        await backend.close();
        expect(endOf(near)).toBeLessThanOrEqual(Date.now() + 5_000);
        expect(endOf(near)).toBe(endOf(far));
      },
    );

    test("is not outlived by any of the tiers above, however they nest", async () => {
      const shape = () => [store("a"), store("b"), store("c")] as const;
      const short = (backend: AnyBackend) => tier(backend, { maxTtl: 5_000, jitter: 0.5, now: soon });
      const [a, b, c] = shape();
      await compose([a, b, short(c)]).set("k", value);
      const [d, e, f] = shape();
      await compose(compose(d, e), short(f)).set("k", value);
      const [g, h, i] = shape();
      await compose(g, short(compose(h, i))).set("k", value);
      const [j, k, l] = shape();
      await compose(j, compose(k, short(tier(l, { maxTtl: 9_000, now: soon })))).setMany([["k", value]]);
      for (const stores of [
        [a, b, c],
        [d, e, f],
        [g, h, i],
        [j, k, l],
      ]) {
        const [end, ...others] = ends(...stores);
        expect(end).toBeGreaterThanOrEqual(8e12 + 2_500);
        expect(end).toBeLessThanOrEqual(8e12 + 5_000);
        expect(others).toEqual([end, end]);
      }
    });

    test("is outlived by a tier that it is itself above", async () => {
      const [a, b, c] = [store("a"), store("b"), store("c")];
      await compose(a, compose(tier(b, { maxTtl: 5_000, now: soon }), c)).set("k", value);
      expect(ends(a, b, c)).toEqual([9e12, 8e12 + 5_000, 9e12]);
      const [d, e, f] = [store("d"), store("e"), store("f")];
      await compose(compose(d, tier(e, { maxTtl: 5_000, now: soon })), f).set("k", value);
      expect(ends(d, e, f)).toEqual([8e12 + 5_000, 8e12 + 5_000, 9e12]);
    });

    test("is not outlived by what is refilled from it", async () => {
      const [near, far] = [store("near"), store("far")];
      const backend = compose(near, tier(far, { maxTtl: 5_000, jitter: 0.5 }));
      await backend.set("k", value);
      near.entries.clear();
      await backend.get("k");
      expect(endOf(near)).toBe(endOf(far));
    });
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
