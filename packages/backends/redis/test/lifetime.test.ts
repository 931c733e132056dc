import { cacheBackend, cacheValue } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry, freshPrefix, SLACK, until } from "./support.ts";

const DAY = 86_400_000;

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(CLIENTS)("time to live, $version", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  beforeAll(() => {
    client = new Redis(server.port);
  });
  afterAll(() => client.disconnect());

  it.each([60_000, 60 * DAY, 20 * 365 * DAY])("of %i ms is the server's own", async (ttl) => {
    const prefix = freshPrefix();
    const backend = redis({ client, prefix });
    const expiresAt = Date.now() + ttl;
    await backend.write("key", entry("value", { expiresAt }));
    const left = await client.pttl(`${prefix}::key`);
    expect(left).toBeGreaterThan(ttl - SLACK);
    expect(left).toBeLessThanOrEqual(ttl);
    expect((await backend.read("key"))?.expiresAt).toBe(expiresAt);
  });

  it("of a millisecond is never refused, nor made endless", async () => {
    const prefix = freshPrefix();
    const backend = redis({ client, prefix, now: () => 5_000 });
    await backend.write("exact", entry("value", { expiresAt: 5_001 }));
    await backend.write("late", entry("value", { expiresAt: 4_000 }));
    await until(async () => (await client.exists(`${prefix}::exact`, `${prefix}::late`)) === 0);
  });

  it("is counted from the injected clock", async () => {
    const prefix = freshPrefix();
    await redis({ client, prefix, now: () => 1_000 }).write("key", entry("value", { expiresAt: 61_000 }));
    expect(await client.pttl(`${prefix}::key`)).toBeGreaterThan(59_000);
    expect(await client.pttl(`${prefix}::key`)).toBeLessThanOrEqual(60_000);
  });

  it("is counted from a clock that has fractions of milliseconds", async () => {
    const prefix = freshPrefix();
    const backend = redis({ client, prefix, now: () => 1_000.25 });
    await backend.write("key", entry("value", { expiresAt: 61_000 }));
    expect(await client.pttl(`${prefix}::key`)).toBeGreaterThan(59_000);
  });

  it("is none without an expiry", async () => {
    const prefix = freshPrefix();
    await redis({ client, prefix }).write("key", entry("value"));
    expect(await client.pttl(`${prefix}::key`)).toBe(-1);
  });

  it.each(["write", "writeMany"] as const)(
    "of an older entry is gone after a %s without one",
    async (how) => {
      const prefix = freshPrefix();
      const backend = redis({ client, prefix });
      const put = (value: ReturnType<typeof entry>) =>
        how === "write" ? backend.write("key", value) : backend.writeMany?.([["key", value]]);
      await put(entry("old", { expiresAt: Date.now() + 5_000 }));
      expect(await client.pttl(`${prefix}::key`)).toBeGreaterThan(0);
      await put(entry("new"));
      expect(await client.pttl(`${prefix}::key`)).toBe(-1);
    },
  );

  it("removes a sub-second entry from the server", async () => {
    const prefix = freshPrefix();
    const cache = cacheBackend(redis({ client, prefix }));
    // A machine that is late reads it after its end, and tries again.
    await until(async () => {
      await cache.set("key", cacheValue("value", { ttl: 250 }));
      return (await cache.get("key"))?.data === "value";
    });
    await until(async () => (await client.exists(`${prefix}::key`)) === 0);
    expect(await cache.get("key")).toBeUndefined();
  });
});
