import assert from "node:assert/strict";
import { BackendError, type CacheBackend, cacheValue } from "@hitbox/core";
import type { Cases } from "../../case.ts";
import { expectFailure } from "../../expect.ts";
import type { Scene } from "../../scene.ts";
import { withinSeconds } from "../../time.ts";
import { listed } from "./listed.ts";

const OPERATIONS: Readonly<Record<string, (cache: CacheBackend) => unknown>> = {
  get: (cache) => cache.get("key"),
  set: (cache) => cache.set("key", cacheValue("value")),
  delete: (cache) => cache.delete("key"),
  getMany: (cache) => cache.getMany(["key", "other"]),
  setMany: (cache) => cache.setMany([["key", cacheValue("value")]]),
  deleteMany: (cache) => cache.deleteMany(["key", "other"]),
  clear: (cache) => cache.clear(),
  keys: (cache) => listed(cache),
};

export const closing: Cases<Scene> = {
  "every operation after close fails with closed": async ({ open }) => {
    const { cache } = await open();
    await cache.set("key", cacheValue("value"));
    await cache.close();
    for (const [name, operation] of Object.entries(OPERATIONS)) {
      await expectFailure(cache, "closed", `a ${name} after close`, async () => operation(cache));
    }
  },

  "a second close does nothing, at once or later": async ({ open }) => {
    const { cache } = await open();
    await Promise.all([cache.close(), cache.close()]);
    await cache.close();
  },

  "a backend that was never used can be closed": async ({ open }) => {
    const { cache } = await open();
    await withinSeconds(10, "a close", cache.close());
  },

  "await using closes": async ({ open }) => {
    const { cache } = await open();
    await cache[Symbol.asyncDispose]();
    await expectFailure(cache, "closed", "a get after close", async () => cache.get("key"));
  },

  "what is in flight at a close settles, and fails with nothing but a BackendError": async ({ open }) => {
    const { cache } = await open();
    await cache.set("key", cacheValue("value"));
    const pending = Array.from({ length: 20 }, (_, index) => [
      (async () => cache.get("key"))(),
      (async () => cache.set(`key-${index}`, cacheValue(index)))(),
      (async () => cache.delete(`key-${index}`))(),
    ]).flat();
    const settled = Promise.allSettled<unknown>(pending);
    await withinSeconds(10, "a close under load", cache.close());
    for (const result of await withinSeconds(10, "an operation in flight", settled)) {
      const fine = result.status === "fulfilled" || BackendError.is(result.reason);
      assert.ok(fine, `failed with ${result.status === "rejected" ? String(result.reason) : ""}`);
    }
  },
};
