import { cacheBackend, cacheValue, decodeEnvelope, encodeEnvelope, FENCE_MS } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry, failureOf, freshPrefix, textOf } from "./support.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(CLIENTS)("a lease, $version", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  /** Someone else, who knows nothing of leases. */
  let other: InstanceType<typeof Redis>;
  beforeAll(() => {
    client = new Redis(server.port);
    other = new Redis(server.port);
  });
  afterAll(() => {
    client.disconnect();
    other.disconnect();
  });

  const open = (options: object = {}) => {
    const prefix = freshPrefix();
    const tier = redis({ client, prefix, ...options });
    return { prefix, tier, cache: cacheBackend(tier), at: `${prefix}::key` };
  };

  describe("is void", () => {
    it.each([
      ["after a SET", (at: string) => other.set(at, Buffer.from(encodeEnvelope(entry("theirs"))))],
      ["after an UNLINK", (at: string) => other.unlink(at)],
      ["after a DEL", (at: string) => other.del(at)],
      [
        "after a RENAME over it",
        (at: string) => other.set("loose", "x").then(() => other.rename("loose", at)),
      ],
      ["after a FLUSHDB", () => other.flushdb()],
      ["once it has expired", (at: string) => other.pexpire(at, 0)],
    ])("%s by a client that knows nothing of it, over an entry or none", async (_, change) => {
      for (const before of [undefined, cacheValue("before", { ttl: 60_000 })]) {
        const { cache, at } = open();
        if (before) await cache.set("key", before);
        const { fence } = await cache.lease("key", FENCE_MS);
        await change(at);
        const left = await other.getBuffer(at);
        expect(await cache.setFenced("key", cacheValue("too late"), fence)).toBe(false);
        await cache.releaseLease("key", fence);
        expect(await other.getBuffer(at)).toEqual(left);
      }
    });
  });

  it("leaves an entry's bytes as they are, behind its own, and its time to live to the millisecond", async () => {
    const { cache, at } = open();
    await cache.set("key", cacheValue("value", { ttl: 3_600_000, stale: 60_000, tags: ["a"] }));
    const [bytes, end] = [await other.getBuffer(at), await other.call("PEXPIRETIME", at)];
    const { fence } = await cache.lease("key", 20);
    await cache.releaseLease("key", fence);
    await cache.lease("key", 1_000);
    expect(await other.call("PEXPIRETIME", at)).toBe(end);
    expect((await other.getBuffer(at))?.subarray(18)).toEqual(bytes);
    await cache.set("forever", cacheValue("value"));
    await cache.lease("forever", 1_000);
    expect(await other.ttl(at.replace("key", "forever"))).toBe(-1);
  });

  it("over no entry is forgotten five minutes after it was granted last", async () => {
    const { cache, at } = open();
    const { fence } = await cache.lease("key", 1_000);
    expect(await other.pttl(at)).toBeGreaterThan(FENCE_MS - 10_000);
    await other.pexpire(at, 1_000);
    await cache.lease("key", 1_000);
    expect(await other.pttl(at)).toBeLessThanOrEqual(1_000);
    await cache.releaseLease("key", fence);
    expect((await cache.lease("key", 1_000)).granted).toBe(true);
    expect(await other.pttl(at)).toBeGreaterThan(FENCE_MS - 10_000);
  });

  it("goes by the server's clock", async () => {
    const behind = open({ now: () => 0 });
    await behind.cache.lease("key", FENCE_MS);
    const ahead = cacheBackend(
      redis({ client, prefix: behind.prefix, now: () => Date.now() + 10 * FENCE_MS }),
    );
    expect((await ahead.lease("key", FENCE_MS)).granted).toBe(false);
  });

  it("is taken, fenced and released on a server that has forgotten its scripts", async () => {
    const { cache } = open();
    await other.script("FLUSH");
    const { fence, granted } = await cache.lease("key", FENCE_MS);
    expect(granted).toBe(true);
    await other.script("FLUSH");
    await cache.releaseLease("key", fence);
    expect((await cache.lease("key", FENCE_MS)).granted).toBe(true);
    await other.script("FLUSH");
    expect(await cache.setFenced("key", cacheValue("value"), fence)).toBe(true);
    expect((await cache.get("key"))?.data).toBe("value");
  });

  it("sends the text of a script once", async () => {
    const { cache } = open();
    await other.script("FLUSH");
    await other.config("RESETSTAT");
    for (let round = 0; round < 10; round++) await cache.lease(`key${round}`, 1_000);
    const stats = await other.info("commandstats");
    expect(stats).toMatch(/cmdstat_eval:calls=1,/);
    expect(stats).toMatch(/cmdstat_evalsha:calls=10,/);
  });

  it("holds for an entry of 5 MB", async () => {
    const { cache } = open();
    const big = "x".repeat(5_000_000);
    await cache.set("key", cacheValue(big, { ttl: 60_000 }));
    const { fence, value, granted } = await cache.lease("key", FENCE_MS);
    expect([value?.data === big, granted]).toEqual([true, true]);
    const again = await cache.lease("key", FENCE_MS);
    expect([again.value?.data === big, again.granted, again.fence === fence]).toEqual([true, false, true]);
    expect((await cache.get("key"))?.data === big).toBe(true);
    expect(await cache.setFenced("key", cacheValue(big.replace("x", "y")), fence)).toBe(true);
    expect((await cache.get<string>("key"))?.data.slice(0, 2)).toBe("yx");
  });

  it("is put under the key prefix of the client", async () => {
    const prefixed = new Redis(server.port, { keyPrefix: "app:" });
    const { prefix, cache } = open({ client: prefixed });
    const { fence } = await cache.lease("key", FENCE_MS);
    expect(await other.strlen(`app:${prefix}::key`)).toBe(18);
    expect(await cache.setFenced("key", cacheValue("value"), fence)).toBe(true);
    expect(await cache.delete("key")).toEqual({ status: "deleted", count: 1 });
    prefixed.disconnect();
  });

  it("is understood by a client that takes numbers for strings", async () => {
    const strings = new Redis(server.port, { stringNumbers: true });
    const { cache } = open({ client: strings });
    const { fence, granted } = await cache.lease("key", FENCE_MS);
    expect([granted, (await cache.lease("key", FENCE_MS)).granted]).toEqual([true, false]);
    expect(await cache.delete("key")).toEqual({ status: "missing" });
    expect(await cache.setFenced("key", cacheValue("value"), fence)).toBe(false);
    strings.disconnect();
  });

  it("leaves a value alone that is not ours", async () => {
    const { cache, at } = open();
    await other.set(at, "hello");
    expect((await failureOf(() => cache.lease("key", FENCE_MS))).code).toBe("corrupt");
    expect(await other.get(at)).toBe("hello");
    await other.del(at);
    await other.rpush(at, "hello");
    expect((await failureOf(() => cache.lease("key", FENCE_MS))).code).toBe("internal");
    expect((await failureOf(() => cache.setFenced("key", cacheValue(1), "fence"))).code).toBe("internal");
  });

  it("is taken where a write was revoked, as where there is no entry", async () => {
    const { tier, at } = open();
    await other.set(
      at,
      Buffer.concat([Buffer.of(0), Buffer.from(encodeEnvelope(entry("revoked"))).subarray(1)]),
    );
    expect(await tier.lease?.("key", FENCE_MS)).toMatchObject({ granted: true, entry: undefined });
    expect(await other.strlen(at)).toBe(18);
  });

  it("is refused as unavailable where the server is out of memory, and removals go on", async () => {
    const { cache } = open();
    await cache.set("there", cacheValue("value"));
    const { fence } = await cache.lease("there", FENCE_MS);
    await client.config("SET", "maxmemory", "1");
    const codes = [
      await failureOf(() => cache.lease("key", FENCE_MS)),
      await failureOf(() => cache.setFenced("there", cacheValue(1), fence)),
    ].map(({ code }) => code);
    expect(codes).toEqual(["unavailable", "unavailable"]);
    expect(await cache.deleteMany(["there", "key"])).toMatchObject([
      { status: "deleted" },
      { status: "missing" },
    ]);
    await client.config("SET", "maxmemory", "0");
  });

  it("is refused as unavailable where the server takes no writes", async () => {
    const { cache } = open();
    const { fence } = await cache.lease("there", FENCE_MS);
    await client.config("SET", "min-replicas-to-write", "1");
    const failures = [
      await failureOf(() => cache.lease("key", FENCE_MS)),
      await failureOf(() => cache.setFenced("there", cacheValue(1), fence)),
      await failureOf(() => cache.releaseLease("there", fence)),
    ];
    expect(failures.map(({ code }) => code)).toEqual(Array(3).fill("unavailable"));
    await client.config("SET", "min-replicas-to-write", "0");
  });

  it("keeps nothing of itself in the entry that a fenced set makes", async () => {
    const { cache, at } = open();
    const value = cacheValue("value", { ttl: 60_000, tags: ["a"] });
    const { fence } = await cache.lease("key", FENCE_MS);
    await cache.setFenced("key", value, fence);
    const bytes = await other.getBuffer(at);
    expect(textOf(decodeEnvelope(bytes as Buffer))).toBe("value");
    expect(await other.pttl(at)).toBeLessThanOrEqual(60_000);
  });
});
