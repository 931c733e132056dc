import { cacheBackend, cacheValue, decodeEnvelope } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry, failureOf, freshPrefix, textOf } from "./support.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(CLIENTS)("an entry, $version", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  let prefix: string;
  beforeAll(() => {
    client = new Redis(server.port);
  });
  afterAll(() => client.disconnect());

  function backend(): Required<ReturnType<typeof redis>> {
    prefix = freshPrefix();
    return redis({ client, prefix }) as Required<ReturnType<typeof redis>>;
  }

  it("is one string value, its envelope, under prefix and key", async () => {
    const stored = entry("value", { staleAt: 7, tags: ["a"] });
    await backend().write("key", stored);
    const bytes = await client.getBuffer(`${prefix}::key`);
    expect(decodeEnvelope(bytes as Buffer)).toEqual(stored);
    expect(await client.keys(`${prefix}*`)).toEqual([`${prefix}::key`]);
  });

  it("is under the prefix hitbox by default", async () => {
    await redis({ client }).write(prefix, entry("value"));
    expect(await client.exists(`hitbox::${prefix}`)).toBe(1);
  });

  it("that is removed is gone, and counted once", async () => {
    const { write, remove } = bound(backend());
    await write("key", entry("value"));
    expect(await remove("key")).toEqual({ status: "deleted", count: 1 });
    expect(await client.exists(`${prefix}::key`)).toBe(0);
    expect(await remove("key")).toEqual({ status: "missing" });
  });

  it("can be counted by a client that gets its numbers as strings", async () => {
    const numbers = new Redis(server.port, { stringNumbers: true });
    const { write, remove } = bound(redis({ client: numbers, prefix: freshPrefix() }));
    await write("key", entry("value"));
    expect(await remove("key")).toEqual({ status: "deleted", count: 1 });
    expect(await remove("key")).toEqual({ status: "missing" });
    numbers.disconnect();
  });

  it("is read, written and removed in batches", async () => {
    const tier = backend();
    await tier.writeMany([
      ["a", entry("1")],
      ["b", entry("2", { expiresAt: Date.now() + 5_000 })],
    ]);
    expect((await tier.readMany(["b", "none", "a"])).map(textOf)).toEqual(["2", undefined, "1"]);
    expect(await tier.removeMany(["a", "none", "b"])).toEqual([
      { status: "deleted", count: 1 },
      { status: "missing" },
      { status: "deleted", count: 1 },
    ]);
    expect(await client.keys(`${prefix}*`)).toEqual([]);
  });

  it("under a client's keyPrefix is found by that client alone", async () => {
    const within = new Redis(server.port, { keyPrefix: "app:" });
    prefix = freshPrefix();
    const tier = redis({ client: within, prefix });
    await tier.write("key", entry("value"));
    expect(await client.exists(`app:${prefix}::key`)).toBe(1);
    expect(textOf(await tier.read("key"))).toBe("value");
    expect(await redis({ client, prefix }).read("key")).toBeUndefined();
    within.disconnect();
  });

  it("with more tags than there is room for is refused before anything is sent", async () => {
    const cache = cacheBackend(backend());
    await cache.set("key", cacheValue("old"));
    const tags = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(60_000, "x"));
    const limited = cacheBackend(redis({ client, prefix, maxValueBytes: 1_000 }));
    const { code } = await failureOf(() => limited.set("key", cacheValue("new", { tags })));
    expect(code).toBe("too-large");
    expect((await cache.get("key"))?.data).toBe("old");
  });

  it("of a thousand read at once comes with few commands", async () => {
    const cache = cacheBackend(backend());
    const keys = Array.from({ length: 1_000 }, (_, index) => `key${index}`);
    await cache.setMany(keys.map((key) => [key, cacheValue(key, { ttl: 60_000 })]));
    await client.config("RESETSTAT");
    const values = await Promise.all(keys.map((key) => cache.get<string>(key)));
    expect(values.map((value) => value?.data)).toEqual(keys);
    const stats = await client.info("commandstats");
    const calls = (command: string) => Number(stats.match(`cmdstat_${command}:calls=(\\d+)`)?.[1] ?? 0);
    expect(calls("mget")).toBeGreaterThan(0);
    expect(calls("mget") + calls("get")).toBeLessThan(5);
  });
});

function bound(tier: ReturnType<typeof redis>): Pick<ReturnType<typeof redis>, "write" | "remove"> {
  return { write: (key, value) => tier.write(key, value), remove: (key) => tier.remove(key) };
}
