import { type DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue, hashed } from "@hitbox/core";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, entry, failureOf, fresh, itemsOf, SERVERS } from "./support.ts";

const EXPIRES = 1_900_000_000_001;

describe.each(quickly(SERVERS, 1))("an item, $name", ({ start }) => {
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  let table: string;
  beforeAll(async () => {
    server = await start();
    client = clientOf(server);
    table = fresh("table");
    await createTable(client, { table });
  }, 60_000);
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  async function itemAt(pk: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
    return Item;
  }

  it("has the payload as binary, and the rest as attributes that people can read", async () => {
    const stored = entry("value", {
      compressor: "gzip",
      decodedBytes: 12,
      createdAt: 1_800_000_000_123,
      staleAt: 1_850_000_000_456,
      expiresAt: EXPIRES,
      tags: ["b", "a", ""],
    });
    await dynamodb({ client, table, prefix: "shop" }).write("user:v3:id=42", stored);
    expect(await itemAt("shop::user:v3:id=42")).toEqual({
      pk: { S: "shop::user:v3:id=42" },
      payload: { B: new Uint8Array(stored.payload) },
      version: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      format: { S: "json" },
      compressor: { S: "gzip" },
      decodedBytes: { N: "12" },
      createdAt: { N: "1800000000123" },
      staleAt: { N: "1850000000456" },
      expiresAt: { N: "1900000000001" },
      ttl: { N: "1900000001" },
      tags: { L: [{ S: "b" }, { S: "a" }, { S: "" }] },
    });
  });

  it("of an entry without an end has no TTL attribute, not even after one that had", async () => {
    const tier = dynamodb({ client, table, prefix: "endless" });
    await tier.write("key", entry("old", { expiresAt: EXPIRES, staleAt: 5, tags: ["a"] }));
    await tier.write("key", entry("new"));
    expect(Object.keys((await itemAt("endless::key")) ?? {}).sort()).toEqual([
      "createdAt",
      "format",
      "payload",
      "pk",
      "version",
    ]);
  });

  it("is under the prefix hitbox by default", async () => {
    await dynamodb({ client, table }).write("key", entry("value"));
    expect(await itemAt("hitbox::key")).toBeDefined();
  });

  it("has its key and TTL attributes under the names that were given", async () => {
    const names = { table: fresh("named"), partitionKey: "hash", sortKey: "range", ttlAttribute: "expires" };
    await createTable(client, names);
    await dynamodb({ client, ...names }).write("key", entry("value", { expiresAt: EXPIRES }));
    const [item] = await itemsOf(client, names.table);
    expect(item).toMatchObject({ hash: { S: "hitbox" }, range: { S: "key" }, expires: { N: "1900000001" } });
  });

  it("that has expired to the millisecond and is still there is a miss, and its delete finds nothing", async () => {
    let now = 1_900_000_000_000;
    const clock = (): number => now;
    const cache = cacheBackend(dynamodb({ client, table, prefix: "expired", now: clock }), { now: clock });
    await cache.set("read", cacheValue("value", { expiresAt: EXPIRES, now: clock }));
    await cache.set("deleted", cacheValue("value", { expiresAt: EXPIRES, now: clock }));
    expect((await cache.get("read"))?.data).toBe("value");
    now = EXPIRES;
    expect(await cache.get("read")).toBeUndefined();
    expect(await cache.getMany(["read", "deleted"])).toEqual([undefined, undefined]);
    expect(await itemAt("expired::read")).toBeDefined();
    expect(await cache.delete("deleted")).toEqual({ status: "missing" });
    expect(await itemAt("expired::deleted")).toBeUndefined();
  });

  it.each([
    ["no attributes at all", {}],
    ["a payload that is text", { payload: { S: "value" }, format: { S: "json" }, createdAt: { N: "1" } }],
    [
      "a time that is no whole number",
      { payload: { B: Buffer.from("1") }, format: { S: "json" }, createdAt: { N: "1.5" } },
    ],
    ["a compressor without a size", { ...ours(), compressor: { S: "gzip" } }],
    ["tags that are no list of texts", { ...ours(), tags: { L: [{ N: "1" }] } }],
    ["parts and no size", { ...ours(), parts: { N: "1" } }],
    ["too many parts", { ...ours(), parts: { N: "1000000" }, payloadBytes: { N: "9" } }],
  ])(
    "of others, with %s, is corrupt, fails only its own readers, and is replaced by the next set",
    async (_, attributes) => {
      const prefix = fresh("foreign");
      const cache = cacheBackend(dynamodb({ client, table, prefix }));
      await client.send(
        new PutItemCommand({ TableName: table, Item: { pk: { S: `${prefix}::bad` }, ...attributes } }),
      );
      await cache.set("good", cacheValue("mine"));
      const alone = await failureOf(() => cache.get("bad"));
      expect([alone.code, alone.error.retryable]).toEqual(["corrupt", false]);
      const [good, bad] = await Promise.allSettled([cache.get("good"), cache.get("bad")]);
      expect(good).toMatchObject({ status: "fulfilled", value: { data: "mine" } });
      expect(bad).toMatchObject({ status: "rejected", reason: { code: "corrupt" } });
      await cache.set("bad", cacheValue("mine"));
      expect((await cache.get("bad"))?.data).toBe("mine");
    },
  );

  it("under a long key is too large, and hashed keys have no limit", async () => {
    const prefix = fresh("long");
    const cache = cacheBackend(dynamodb({ client, table, prefix }));
    const { code, error } = await failureOf(() => cache.set("k".repeat(2_048), cacheValue("value")));
    expect(code).toBe("too-large");
    expect(error.message).toContain("hashed");
    const short = cacheBackend(dynamodb({ client, table, prefix, keyFormat: hashed() }));
    await short.set("k".repeat(5_000), cacheValue("value"));
    expect((await short.get("k".repeat(5_000)))?.data).toBe("value");
    expect(await short.get("k".repeat(5_001))).toBeUndefined();
  });
});

function ours(): Record<string, { B: Uint8Array } | { S: string } | { N: string }> {
  return { payload: { B: Buffer.from("1") }, format: { S: "json" }, createdAt: { N: "1" } };
}
