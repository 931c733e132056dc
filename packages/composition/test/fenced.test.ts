import { type ComposeOptions, compose } from "@hitbox/composition";
import { type Backend, BackendError, cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { gate } from "@hitbox/test-support";
import { expect, test } from "vitest";
import { held, put, tier } from "./support/tier.ts";

function fleet(l2: Backend<unknown> = memory({ maxEntries: 10, label: "l2" }), options: ComposeOptions = {}) {
  const l1 = tier("l1");
  return { l1, l2, backend: compose(l1, l2, options) };
}

/** The store, but for what it does otherwise. */
function but(store: Backend<unknown>, otherwise: Partial<Backend<unknown>>): Backend<unknown> {
  return {
    ...{ label: store.label, supports: store.supports, keyFormat: store.keyFormat },
    ...{ valueFormat: store.valueFormat, compressor: store.compressor },
    read: (key) => store.read(key),
    write: (key, value) => store.write(key, value),
    remove: (key) => store.remove(key),
    lease: (key, ms) => store.lease?.(key, ms) ?? expect.unreachable(),
    releaseLease: (key, fence) => store.releaseLease?.(key, fence),
    writeFenced: (key, value, fence) => store.writeFenced?.(key, value, fence) ?? expect.unreachable(),
    clear: () => store.clear?.(),
    ...otherwise,
  };
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
    const slow = but(store, {
      writeFenced: async (...args) => {
        await writing.opened;
        return store.writeFenced?.(...args) ?? false;
      },
    });
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

test("a fenced set that L2 refuses leaves in doubt what was", async () => {
  const store = memory({ maxEntries: 10, label: "l2" });
  const { l1, backend } = fleet(
    but(store, { write: () => Promise.reject(new BackendError("unavailable", "full")) }),
  );
  const { fence } = await backend.lease("k", 1_000);
  await cacheBackend(store).set("k", cacheValue("of another"));
  // L1 has it alone: L2 may still come to it.
  await backend.set("k", cacheValue("newer"));
  expect(await backend.setFenced("k", cacheValue("older"), fence)).toBe(false);
  l1.entries.delete("k");
  expect((await backend.get("k"))?.data).toBe("of another");
  expect(held(l1, "k")).toBeUndefined();
});

test("a fenced set that L2 may have taken, late, leaves L1 without the key", async () => {
  const store = memory({ maxEntries: 10, label: "l2" });
  const late = but(store, {
    writeFenced(...args) {
      void store.writeFenced?.(...args);
      return Promise.reject(new BackendError("timeout", "late"));
    },
  });
  const { l1, backend } = fleet(late);
  await backend.set("k", cacheValue("old"));
  const { fence } = await backend.lease("k", 1_000);
  await expect(backend.setFenced("k", cacheValue("loaded"), fence)).rejects.toMatchObject({
    code: "timeout",
  });
  expect(held(l1, "k")).toBeUndefined();
  expect((await backend.get("k"))?.data).toBe("loaded");
  await expect(async () => backend.setFenced("k", cacheValue("v"), "")).rejects.toThrow(TypeError);
});

test("a set that L2 fails is taken back from L1, also where a fenced one has begun since", async () => {
  const store = memory({ maxEntries: 10, label: "l2" });
  const writing = gate();
  const failing = but(store, {
    write: () => writing.opened.then(() => Promise.reject(new BackendError("unavailable", "full"))),
  });
  const { l1, backend } = fleet(failing, { write: "l2-first" });
  const { fence } = await backend.lease("k", 1_000);
  put(l1, "k", "old");
  await cacheBackend(store).set("k", cacheValue("of another"));
  const set = backend.set("k", cacheValue("new"));
  const fenced = backend.setFenced("k", cacheValue("loaded"), fence);
  writing.open();
  await expect(set).rejects.toMatchObject({ code: "unavailable" });
  expect(await fenced).toBe(false);
  expect(held(l1, "k")).toBeUndefined();
});

test("where L2 has no leases, the composition has none", async () => {
  const backend = compose(memory({ maxEntries: 10 }), tier("l2"));
  expect(backend.supports.lease).not.toBe(true);
  await expect(async () => backend.lease("k", 1_000)).rejects.toMatchObject({ code: "unsupported" });
});
