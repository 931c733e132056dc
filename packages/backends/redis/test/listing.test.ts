import { cacheBackend } from "@hitbox/core";
import { type RedisServer, startRedis } from "@hitbox/test-servers";
import { collected } from "@hitbox/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisClient, redis } from "../src/index.ts";
import { LIBRARIES, type Opened } from "./libraries.ts";
import { CLIENTS, entry } from "./support.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

const listed = async (client: RedisClient, prefix: string, start = ""): Promise<string[]> =>
  (await collected(cacheBackend(redis({ client, prefix })).keys({ prefix: start }))).flat().sort();

describe.each(CLIENTS)("a listing, $version", ({ Redis }) => {
  let client: InstanceType<typeof Redis>;
  beforeAll(() => {
    client = new Redis(server.port);
  });
  beforeEach(() => client.flushall());
  afterAll(() => client.disconnect());

  it("leaves out keys of others that hold no entry, or are no text", async () => {
    await redis({ client, prefix: "shop" }).write("key", entry("value"));
    await client.hset("shop::hash", "field", "value");
    await client.set("shop::empty", "");
    await client.set(Buffer.concat([Buffer.from("shop::"), Buffer.from([0xff])]), "value");
    await client.set("shop:key", "value");
    expect(await listed(client, "shop")).toEqual(["key"]);
  });

  it("takes a prefix for text, and not for a pattern", async () => {
    const tier = redis({ client, prefix: "a*" });
    for (const key of ["k[1]", "k1", "k*", "kk", "k\\"]) await tier.write(key, entry("value"));
    await redis({ client, prefix: "ab" }).write("k*", entry("value"));
    expect(await listed(client, "a*", "k*")).toEqual(["k*"]);
    expect(await listed(client, "a*", "k[1")).toEqual(["k[1]"]);
    expect(await listed(client, "a*", "k\\")).toEqual(["k\\"]);
  });

  it.each(["app:", "*", "a[b]"])("keeps to a client's keyPrefix %j", async (keyPrefix) => {
    const within = new Redis(server.port, { keyPrefix });
    await redis({ client: within, prefix: "shop" }).write("inner", entry("value"));
    await redis({ client, prefix: "shop" }).write("outer", entry("value"));
    expect(await listed(within, "shop")).toEqual(["inner"]);
    expect(await listed(client, "shop")).toEqual(["outer"]);
    within.disconnect();
  });

  it("goes on when a page was empty", async () => {
    for (let index = 0; index < 300; index++) await client.set(`other-${index}`, "value");
    const tier = redis({ client, prefix: "shop" });
    await tier.write("key", entry("value"));
    const pages = await collected(cacheBackend(tier).keys({ pageSize: 10 }));
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.flat()).toEqual(["key"]);
  });
});

describe.each(LIBRARIES)("a listing over $library", ({ server: connect }) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await connect(server.port);
  });
  afterAll(() => opened.close());

  it("leaves out leases and keys of others", async () => {
    const tier = redis({ client: opened.client, prefix: "library" });
    await tier.clear?.();
    await tier.write("key", entry("value"));
    await tier.lease?.("leased", 60_000);
    expect(await listed(opened.client, "library")).toEqual(["key"]);
  });
});
