import { cacheBackend, cacheValue, encodeEnvelope } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../src/index.ts";
import { CLIENTS, entry, failureOf, freshPrefix } from "./support.ts";

const whole = Buffer.from(encodeEnvelope(entry("value")));

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

describe.each(CLIENTS)("a value that is not ours, $version", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  beforeAll(() => {
    client = new Redis(server.port);
  });
  afterAll(() => client.disconnect());

  it.each([
    ["a plain string", Buffer.from("hello")],
    ["an empty string", Buffer.alloc(0)],
    ["JSON", Buffer.from('{"data":"value"}')],
    ["a truncated envelope", whole.subarray(0, whole.length - 1)],
    ["a very short envelope", whole.subarray(0, 7)],
    ["an envelope with a flipped bit", flipped(whole)],
  ])("%s, is corrupt, and replaced by the next set", async (_, bytes) => {
    const prefix = freshPrefix();
    const cache = cacheBackend(redis({ client, prefix }));
    await client.set(`${prefix}::key`, bytes);
    const { code, error } = await failureOf(() => cache.get("key"));
    expect(code).toBe("corrupt");
    expect(error.retryable).toBe(false);
    await cache.set("key", cacheValue("mine"));
    expect((await cache.get("key"))?.data).toBe("mine");
  });

  it("a list, is an internal error that no retry will help", async () => {
    const prefix = freshPrefix();
    const cache = cacheBackend(redis({ client, prefix }));
    await client.rpush(`${prefix}::key`, "a");
    const { code, error } = await failureOf(() => cache.get("key"));
    expect([code, error.retryable]).toEqual(["internal", false]);
    expect(error.message).toContain("WRONGTYPE");
    expect(await cache.delete("key")).toEqual({ status: "deleted", count: 1 });
  });

  it("fails its own readers, not those who read in the same batch", async () => {
    const prefix = freshPrefix();
    const cache = cacheBackend(redis({ client, prefix }));
    await cache.set("good", cacheValue("mine"));
    await client.set(`${prefix}::bad`, "hello");
    const [good, bad, none] = await Promise.allSettled([
      cache.get("good"),
      cache.get("bad"),
      cache.get("none"),
    ]);
    expect(good).toMatchObject({ status: "fulfilled", value: { data: "mine" } });
    expect(bad).toMatchObject({ status: "rejected", reason: { code: "corrupt" } });
    expect(none).toEqual({ status: "fulfilled", value: undefined });
  });

  it("fails a batch of its writers as a whole when one reply is an error", async () => {
    const prefix = freshPrefix();
    // A server out of memory refuses writes, and still deletes.
    await client.config("SET", "maxmemory", "1");
    const cache = cacheBackend(redis({ client, prefix }));
    const set = await failureOf(() =>
      cache.setMany([
        ["a", cacheValue(1)],
        ["b", cacheValue(2)],
      ]),
    );
    expect([set.code, set.error.retryable]).toEqual(["unavailable", true]);
    expect(await cache.deleteMany(["a", "b"])).toEqual([{ status: "missing" }, { status: "missing" }]);
    await client.config("SET", "maxmemory", "0");
  });

  it("fails a batch of removals as a whole when one reply is an error", async () => {
    const prefix = freshPrefix();
    await client.call("ACL", "SETUSER", "half", "on", "nopass", "+@all", "~*::a");
    const half = new Redis(server.port, { username: "half", password: "any" });
    const cache = cacheBackend(redis({ client: half, prefix }));
    const removed = await failureOf(() => cache.deleteMany(["a", "b"]));
    expect([removed.code, removed.error.retryable]).toEqual(["internal", false]);
    expect(removed.error.message).toContain("NOPERM");
    half.disconnect();
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) as number) ^ 1;
  return copy;
}
