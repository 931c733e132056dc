import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { type Backend, BackendError } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { describe, expect, it } from "vitest";
import { gate } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

// What is set after a clear was asked for is not what the clear is to remove, however long it takes.

interface Slow {
  readonly store: Backend<unknown>;
  /** Has the clear that is under way end, if it does not fail. */
  readonly open: () => void;
  error: Error | undefined;
}

/** A store of which a clear removes what is there when it ends. */
function slowToClear(): Slow {
  const { opened, open } = gate();
  const store = sharedStore(Date.now);
  const slow: Slow = {
    open,
    error: undefined,
    store: {
      ...store,
      async clear() {
        await opened;
        if (slow.error) throw slow.error;
        await store.clear?.();
      },
    },
  };
  return slow;
}

const STACKS: Readonly<
  Record<string, (store: Backend<unknown>) => Parameters<typeof createCache>[0]["backend"]>
> = {
  "a store": (store) => store,
  "a first tier and a store": (store) => compose(memory({ maxEntries: 100 }), store),
};

describe.each(Object.entries(STACKS))("over %s", (_, stack) => {
  it.each([
    ["without tags", {}],
    ["with tags", { tags: ["t"] }],
  ])("a set %s stays that comes after a clear, and what was set before goes", async (_, options) => {
    const slow = slowToClear();
    const cache = createCache({ backend: stack(slow.store), ttl: "1m" });
    await Promise.all([cache.set("before", 1, options), cache.set("again", 1, options)]);
    const changes = [
      cache.set("at once", 1, options),
      cache.clear(),
      cache.set("again", 2, options),
      cache.setMany([["many", 2]], options),
      cache.clear(),
      cache.set("last", 3, options),
    ];
    await new Promise(setImmediate);
    slow.open();
    await Promise.all(changes);
    expect(await cache.getMany(["before", "at once", "again", "many"])).toEqual(Array(4).fill(undefined));
    expect(await cache.get("last")).toBe(3);
  });

  it("a set after a clear that fails is stored", async () => {
    const slow = slowToClear();
    slow.error = new BackendError("connection", "down");
    const cache = createCache({ backend: stack(slow.store), ttl: "1m" });
    const cleared = cache.clear();
    const set = cache.set("a", 1, { tags: ["t"] });
    slow.open();
    await expect(cleared).rejects.toMatchObject({ code: "connection" });
    await set;
    expect(await cache.get("a")).toBe(1);
  });
});

it("a load that begins meanwhile does not wait for a clear", async () => {
  const slow = slowToClear();
  const cache = createCache({ backend: slow.store, ttl: "1m" });
  const cleared = cache.clear();
  expect(await cache.getOrSet("a", () => 1, { tags: ["t"] })).toBe(1);
  expect(await cache.getOrSetMany(["b"], () => [2])).toEqual([2]);
  slow.open();
  await cleared;
});
