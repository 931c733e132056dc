import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { testClock } from "./support/clock.ts";
import { sharedStore } from "./support/shared-store.ts";

// Options of single entries of `setMany`.

const SECOND = 1_000;
const BACKENDS = {
  memory: (now: () => number) => memory({ maxEntries: 100, now }),
  "memory over a store": (now: () => number) =>
    compose(memory({ maxEntries: 100, now }), sharedStore(now), { now }),
};

describe.each(Object.entries(BACKENDS))("over %s", (_, backend) => {
  function open() {
    const clock = testClock();
    const { now } = clock;
    return { cache: createCache({ backend: backend(now), ttl: "10s", now }), ...clock };
  }

  it("each entry of setMany has the options of its own, of the call, and of the cache", async () => {
    const { cache, advance } = open();
    await cache.setMany(
      [
        ["a", 1, { ttl: "30s" }],
        ["b", 2, { ttl: Number.POSITIVE_INFINITY }],
        ["c", 3, { ttl: 0 }],
        ["d", 4],
      ],
      { ttl: "5s" },
    );
    const keys = ["a", "b", "c", "d"];
    expect(await cache.getMany(keys)).toEqual([1, 2, undefined, 4]);
    advance(5 * SECOND);
    expect(await cache.getMany(keys)).toEqual([1, 2, undefined, undefined]);
    advance(25 * SECOND);
    expect(await cache.getMany(keys)).toEqual([undefined, 2, undefined, undefined]);
  });

  it("each entry of setMany has its own tags besides those of the call", async () => {
    const { cache } = open();
    await cache.setMany(
      [
        ["a", 1],
        ["b", 2, { tags: ["x"] }],
        ["c", 3, { tags: ["y", "z"] }],
      ],
      { tags: ["all"] },
    );
    expect(await cache.getMany(["a", "b", "c"])).toEqual([1, 2, 3]);
    await cache.invalidateTags(["z"]);
    expect(await cache.getMany(["a", "b", "c"])).toEqual([1, 2, undefined]);
    await cache.invalidateTags(["all"]);
    expect(await cache.getMany(["a", "b", "c"])).toEqual([undefined, undefined, undefined]);
  });

  it("a wrong option of one entry of setMany stores none", async () => {
    const { cache } = open();
    const wrong = [
      ["a", 1],
      ["b", 2, { ttl: "soon" }],
    ] as const;
    await expect(cache.setMany(wrong)).rejects.toThrow(/^ttl must be milliseconds/);
    expect(await cache.has("a")).toBe(false);
  });
});
