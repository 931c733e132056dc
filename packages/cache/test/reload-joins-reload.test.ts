import { createCache } from "@hitbox/cache";
import { delegateTo } from "@hitbox/core";
import { expect, it } from "vitest";
import { gate } from "./support/gate.ts";
import { sharedStore } from "./support/shared-store.ts";

it("a reload that joins another is not answered with a value that is older than itself", async () => {
  let now = 1_000_000;
  const clock = { now: () => now };
  const store = sharedStore(clock.now);
  const [asked, answer] = [gate(), gate()];
  const inner = delegateTo(store);
  const slow = {
    ...inner,
    lease: async (key: string, ms: number) => {
      asked.open();
      await answer.opened;
      return inner.lease?.(key, ms);
    },
  } as typeof store;
  const [other, cache] = [store, slow].map((backend) => createCache({ backend, ttl: "1m", ...clock })) as [
    ReturnType<typeof createCache>,
    ReturnType<typeof createCache>,
  ];
  const first = cache.getOrSet("k", async () => "loaded", { mode: "reload" });
  await asked.opened;
  now += 10;
  // Of another process, and newer than the first reload.
  await other.set("k", "set");
  now += 10;
  const second = cache.getOrSet("k", async () => "loaded", { mode: "reload" });
  answer.open();
  expect(await Promise.all([first, second])).toEqual(["loaded", "loaded"]);
});
