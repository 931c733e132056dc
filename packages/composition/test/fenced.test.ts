import { compose } from "@hitbox/composition";
import { cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, test } from "vitest";
import { gate } from "./support/gate.ts";
import { held, tier } from "./support/tier.ts";

function fleet(l2 = memory({ maxEntries: 10, label: "l2" })) {
  const l1 = tier("l1");
  return { l1, l2, backend: compose(l1, l2) };
}

test("the lease is L2's, and a fenced set that it takes is in both tiers", async () => {
  const { l1, l2, backend } = fleet();
  expect(backend.supports.lease).toBe(true);
  const { fence, granted } = await backend.lease("k", 1_000);
  expect(granted).toBe(true);
  expect(await backend.setFenced("k", cacheValue("v"), fence)).toBe(true);
  expect(held(l1, "k")).toBe("v");
  expect((await l2.read("k"))?.payload).toBe("v");
});

test("a fenced set that L2 refuses leaves L1 alone", async () => {
  const { l1, backend } = fleet();
  const { fence } = await backend.lease("k", 1_000);
  await backend.set("k", cacheValue("newer"));
  expect(await backend.setFenced("k", cacheValue("older"), fence)).toBe(false);
  expect(held(l1, "k")).toBe("newer");
});

test.each(["set", "delete"] as const)(
  "a %s while L2 takes a fenced set has the last word in L1",
  async (kind) => {
    const store = memory({ maxEntries: 10, label: "l2" });
    const writing = gate();
    const slow = {
      ...{ label: store.label, supports: store.supports, keyFormat: store.keyFormat },
      ...{ valueFormat: store.valueFormat, compressor: store.compressor },
      read: store.read.bind(store),
      write: store.write.bind(store),
      remove: store.remove.bind(store),
      lease: store.lease?.bind(store),
      releaseLease: store.releaseLease?.bind(store),
      writeFenced: async (...args: Parameters<NonNullable<typeof store.writeFenced>>) => {
        await writing.opened;
        return store.writeFenced?.(...args) ?? false;
      },
      clear: store.clear?.bind(store),
    } as typeof store;
    const { l1, backend } = fleet(slow);
    const { fence } = await backend.lease("k", 1_000);
    const fenced = backend.setFenced("k", cacheValue("loaded"), fence);
    const later = kind === "set" ? backend.set("k", cacheValue("newer")) : backend.delete("k");
    writing.open();
    await Promise.all([fenced, later]);
    expect(held(l1, "k")).toBe(kind === "set" ? "newer" : undefined);
    expect((await store.read("k"))?.payload).toBe(kind === "set" ? "newer" : undefined);
  },
);

test("where L2 has no leases, the composition has none", async () => {
  const backend = compose(memory({ maxEntries: 10 }), tier("l2"));
  expect(backend.supports.lease).not.toBe(true);
  await expect(async () => backend.lease("k", 1_000)).rejects.toMatchObject({ code: "unsupported" });
});
