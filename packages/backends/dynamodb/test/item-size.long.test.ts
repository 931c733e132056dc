import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue, json } from "@hitbox/core";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, dynamodb } from "../src/index.ts";
import { itemBytes, MAX_ITEM_BYTES } from "../src/item-size.ts";
import { clientOf, commandsOf, entry, failureOf, SERVERS } from "./support.ts";

const table = "sizes";
const instant = fc.nat(Number.MAX_SAFE_INTEGER);
const fields = fc.record({
  key: fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  createdAt: instant,
  staleAt: fc.option(instant, { nil: undefined }),
  expiresAt: fc.option(instant, { nil: undefined }),
  tags: fc.option(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), { nil: undefined }),
});

describe.each(SERVERS)("the size of an item, $name", ({ start }) => {
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await start();
    await createTable(clientOf(server), { table });
  }, 60_000);
  afterAll(() => server.close());

  /** The item that a write sends. */
  async function sent(
    key: string,
    stored: ReturnType<typeof entry>,
  ): Promise<Parameters<typeof itemBytes>[0]> {
    const client = clientOf(server);
    await dynamodb({ client, table, timeout: 20_000 }).write(key, stored);
    const get = new GetItemCommand({ TableName: table, Key: { pk: { S: `hitbox::${key}` } } });
    const { Item = {} } = await client.send(get);
    client.destroy();
    return Item;
  }

  it("is never counted smaller than the server counts it: what is sent, it takes", async () => {
    await assertProperty(
      fc.asyncProperty(fields, async ({ key, ...stored }) => {
        const small = await sent(key, entry("", { ...stored, payload: Buffer.of() }));
        const room = MAX_ITEM_BYTES - itemBytes(small);
        const full = await sent(key, entry("", { ...stored, payload: Buffer.alloc(room) }));
        expect(itemBytes(full)).toBe(MAX_ITEM_BYTES);
      }),
      { runs: 15 },
    );
  }, 60_000);

  it("counts names as what they are in UTF-8", async () => {
    const names = { partitionKey: "schlüssel", ttlAttribute: "läuft-ab" };
    const item = { [names.partitionKey]: { S: "é" }, [names.ttlAttribute]: { N: "1900000000" } };
    expect(itemBytes(item)).toBe(10 + 2 + 9 + 7);
  });

  it("is counted a few bytes larger at most: what is refused, the server refuses too", async () => {
    const client = clientOf(server);
    const item = await sent("key", entry("", { payload: Buffer.of(), expiresAt: 1_900_000_000_000 }));
    const payload = { B: Buffer.alloc(MAX_ITEM_BYTES - itemBytes(item) + 16) };
    const put = client.send(new PutItemCommand({ TableName: table, Item: { ...item, payload } }));
    await expect(put).rejects.toThrow("Item size has exceeded");
  });

  it("up to the limit is taken, whatever core knows of the key: a value is refused for its own item alone", async () => {
    const client = clientOf(server);
    const { itemAt, cache } = {
      itemAt: sent,
      cache: cacheBackend(dynamodb({ client, table, timeout: 20_000, format: json() })),
    };
    const room = MAX_ITEM_BYTES - itemBytes(await itemAt("key", entry("")));
    // The payload that is there is "\"\"": as long as the quotes of the text that takes its place.
    await cache.set("key", cacheValue("x".repeat(room)));
    expect((await cache.get<string>("key"))?.data).toHaveLength(room);
    const { code, error } = await failureOf(() => cache.set("key", cacheValue("x".repeat(room + 1))));
    expect(code).toBe("too-large");
    expect(error.message).toContain("409601 bytes, all counted");
  });

  it("over the limit is too large before anything is sent, and the entry that was there stays", async () => {
    const client = clientOf(server);
    const cache = cacheBackend(dynamodb({ client, table, prefix: "large" }));
    await cache.set("key", cacheValue("old"));
    const commands = commandsOf(client);
    const tags = Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(50_000, "x"));
    for (const value of [cacheValue("x".repeat(409_600)), cacheValue("x".repeat(10_000), { tags })]) {
      const alone = await failureOf(() => cache.set("key", value));
      const batch = await failureOf(() =>
        cache.setMany([
          ["key", value],
          ["other", cacheValue("small")],
        ]),
      );
      expect([alone.code, batch.code]).toEqual(["too-large", "too-large"]);
      expect(alone.error.retryable).toBe(false);
    }
    expect(commands).toEqual([]);
    expect((await cache.get("key"))?.data).toBe("old");
    expect(await cache.get("other")).toBeUndefined();
  });
});
