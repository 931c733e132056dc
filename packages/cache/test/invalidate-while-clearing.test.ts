import { createCache } from "@hitbox/cache";
import { delegateTo } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { gate, settled } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";

/** A cache whose clears take until `done` opens. `shared`: tags are records in the store. */
function make(isShared: boolean) {
  const done = gate();
  const store = delegateTo(memory({ maxEntries: 100 }));
  const supports = { ...store.supports, shared: isShared };
  const clear = async (): Promise<void> => {
    await done.opened;
    await store.clear?.();
  };
  return { cache: createCache({ backend: { ...store, supports, clear }, ttl: "1m" }), done };
}

describe.each([false, true])("over a store that is shared: %s", (isShared) => {
  test("an invalidation reaches a set that was called before it while a clear is under way", async () => {
    const { cache, done } = make(isShared);
    const cleared = cache.clear();
    const set = cache.set("a", 1, { tags: ["t"] });
    const invalidated = cache.invalidateTags(["t"]);
    await settled();
    done.open();
    await Promise.all([cleared, set, invalidated]);
    expect(await cache.get("a")).toBeUndefined();
  });

  test("a set that is called after such an invalidation stays", async () => {
    const { cache, done } = make(isShared);
    const cleared = cache.clear();
    const invalidated = cache.invalidateTags(["t"]);
    const set = cache.set("a", 1, { tags: ["t"] });
    await settled();
    done.open();
    await Promise.all([cleared, set, invalidated]);
    expect(await cache.get("a")).toBe(1);
  });
});
