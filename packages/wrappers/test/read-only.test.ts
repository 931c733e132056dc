import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compose } from "@hitbox/composition";
import { type Backend, BackendError, cacheBackend, cacheContext, cacheValue, json } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { readOnly } from "../src/index.ts";
import { bytes, codeOf } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "hitbox-read-only-"));
let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const STORES: Readonly<Record<string, () => Backend<unknown>>> = {
  memory: () => memory({ maxEntries: 100 }),
  LMDB: () => lmdb({ path: join(folder, "cache") }),
  Redis: () => redis({ url: server.url, timeout: 20_000 }),
};

describe.each(Object.entries(STORES))("over %s", (_, open) => {
  it("every read answers as the store does, and every change is refused and not done", async () => {
    const store = open();
    const writer = cacheBackend(store);
    const value = cacheValue({ id: 42 }, { ttl: 3_600_000, stale: 1_800_000, tags: ["t"] });
    await writer.setMany([
      ["a", value],
      ["b", value],
    ]);
    const reader = cacheBackend(readOnly(store));
    const changes = [
      () => reader.set("a", cacheValue(1)),
      () => reader.set("new", cacheValue(1)),
      () => reader.set("a", cacheValue(1, { ttl: 0 })),
      () =>
        reader.setMany([
          ["a", cacheValue(1)],
          ["b", cacheValue(2)],
        ]),
      () => reader.delete("a"),
      () => reader.deleteMany(["a", "b"]),
      () => reader.clear(),
    ];
    for (const change of changes) expect(await codeOf(change)).toBe("unsupported");
    expect(await reader.getMany(["a", "b", "new"])).toMatchObject([value, value, undefined]);
    const context = cacheContext();
    expect(await reader.get("a", context)).toMatchObject(value);
    expect(context).toMatchObject({ status: "hit", source: store.label });
    await reader.close();
  });

  it("declares no change that can be undeclared, and reads as the store does", async () => {
    const store = open();
    const { supports, ...methods } = readOnly(store);
    const undeclared = { writeMany: false, removeMany: false, clear: false, lease: false };
    expect(supports).toEqual({ ...store.supports, ...undeclared });
    expect(Object.isFrozen(supports)).toBe(true);
    expect("readMany" in methods).toBe(store.readMany !== undefined);
    for (const absent of ["writeMany", "removeMany", "clear", "lease"])
      expect(methods).not.toHaveProperty(absent);
    await store.close?.();
  });
});

describe("as the second tier", () => {
  const origin = bytes();
  cacheBackend(origin).set("key", cacheValue("old"));

  function tiers(write?: "sequential" | "optimistic"): {
    l1: Backend<unknown>;
    cache: ReturnType<typeof compose>;
  } {
    const l1 = memory({ maxEntries: 10, format: json() });
    return { l1, cache: compose(l1, readOnly(origin), write ? { write } : {}) };
  }

  it("it refills the first one", async () => {
    const { l1, cache } = tiers();
    expect((await cache.get("key"))?.data).toBe("old");
    expect(await l1.read("key")).toBeDefined();
  });

  it("an optimistic set succeeds in the first tier, until that drops it", async () => {
    const { l1, cache } = tiers("optimistic");
    await cache.set("key", cacheValue("new"));
    expect((await cache.get("key"))?.data).toBe("new");
    await l1.remove("key");
    expect((await cache.get("key"))?.data).toBe("old");
  });

  it("a sequential set and a strict delete fail, and are done in the first tier only", async () => {
    const { l1, cache } = tiers("sequential");
    expect(await codeOf(() => cache.set("key", cacheValue("new")))).toBe("unsupported");
    expect(await l1.read("key")).toBeDefined();
    expect(await codeOf(() => cache.delete("key"))).toBe("unsupported");
    expect(await l1.read("key")).toBeUndefined();
    expect((await cache.get("key"))?.data).toBe("old");
  });
});

test("answers without a promise where the backend does, refusals too", () => {
  const cache = cacheBackend(readOnly(bytes()));
  expect(cache.get("key")).toBeUndefined();
  expect(() => cache.delete("key")).toThrow(BackendError);
});
