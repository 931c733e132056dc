import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue, FENCE_MS } from "@hitbox/core";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTable, type DynamoDbOptions } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, entry, failureOf, fresh, itemsOf, SERVERS, tamperWith, textOf } from "./support.ts";

describe.each(quickly(SERVERS, 1))("a lease, $name", ({ start }) => {
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  let options: DynamoDbOptions;
  let now: number;
  beforeAll(async () => {
    server = await start();
    client = clientOf(server);
  }, 60_000);
  beforeEach(async () => {
    now = 1_800_000_000_000;
    options = { client, table: fresh("leases"), now: () => now };
    await createTable(client, { table: options.table });
  });
  afterAll(() => server.close());

  function tierOf(more: Partial<DynamoDbOptions> = {}): Required<ReturnType<typeof dynamodb>> {
    return dynamodb({ ...options, ...more }) as Required<ReturnType<typeof dynamodb>>;
  }

  it("is one caller's at a time, whatever client asks", async () => {
    const tiers = Array.from({ length: 8 }, () => tierOf({ client: clientOf(server) }));
    const asked = await Promise.all(tiers.map((tier) => tier.lease("key", 1_000)));
    expect(asked.filter(({ granted }) => granted)).toHaveLength(1);
    expect(new Set(asked.map(({ fence }) => fence)).size).toBe(1);
    now += 1_000;
    expect((await tierOf().lease("key", 1_000)).granted).toBe(true);
  });

  it("is not taken by a caller whose clock is behind, however long it is", async () => {
    expect((await tierOf().lease("key", FENCE_MS)).granted).toBe(true);
    now -= 1_000;
    expect((await tierOf().lease("key", FENCE_MS)).granted).toBe(false);
  });

  it("holds nobody up after the clock was set back by an hour", async () => {
    await tierOf().lease("key", 1_000);
    now -= 3_600_000;
    expect((await tierOf().lease("key", 1_000)).granted).toBe(true);
    expect((await tierOf().lease("key", 1_000)).granted).toBe(false);
  });

  it("has nothing to do with the lease of another key", async () => {
    const tier = tierOf();
    const granted = [];
    for (const key of ["a", "b", "a", "b"]) granted.push((await tier.lease(key, 1_000)).granted);
    expect(granted).toEqual([true, true, false, false]);
  });

  it("costs no write of the entry, and leaves its item as it is", async () => {
    const tier = tierOf();
    await tier.write("key", entry("x".repeat(300_000)));
    const before = (await itemsOf(client, options.table)).find(({ pk }) => pk?.S === "hitbox::key");
    const written: number[] = [];
    const counting = clientOf(server);
    counting.middlewareStack.add(
      (next) => (args) => {
        const { Item } = args.input as { Item?: object };
        if (Item) written.push(JSON.stringify(Item).length);
        return next(args);
      },
      { step: "initialize" },
    );
    const { granted, fence } = await tierOf({ client: counting }).lease("key", 1_000);
    expect([granted, fence]).toEqual([true, before?.version?.S]);
    expect(written).toHaveLength(1);
    expect(written[0]).toBeLessThan(500);
    const after = (await itemsOf(client, options.table)).find(({ pk }) => pk?.S === "hitbox::key");
    expect(after?.version).toEqual(before?.version);
  });

  it("leaves items that DynamoDB removes by itself, for a key without an entry", async () => {
    await tierOf().lease("key", 1_000);
    const items = await itemsOf(client, options.table);
    expect(items.map(({ ttl }) => Number(ttl?.N)).sort()).toEqual([
      (now + 1_000) / 1_000,
      (now + FENCE_MS) / 1_000,
    ]);
  });

  it.each(["plain write", "remove", "write by someone who knows of no fences"])(
    "has its fence voided by a %s",
    async (change) => {
      const tier = tierOf();
      for (const key of ["missing", "there"]) {
        if (key === "there") await tier.write(key, entry("old"));
        const { fence } = await tier.lease(key, 1_000);
        const foreign = { pk: { S: `hitbox::${key}` }, payload: { B: Buffer.from("1") } };
        if (change === "plain write") await tier.write(key, entry("newer"));
        else if (change === "remove") await tier.remove(key);
        else await client.send(new PutItemCommand({ TableName: options.table, Item: foreign }));
        expect(await tier.writeFenced(key, entry("late"), fence)).toBe(false);
      }
    },
  );

  it("has a fence over nothing for five minutes, and then another", async () => {
    const tier = tierOf();
    const first = await tier.lease("key", 1);
    now += FENCE_MS - 1;
    expect((await tier.lease("key", 1)).fence).toBe(first.fence);
    now += 1;
    expect(await tier.writeFenced("key", entry("late"), first.fence)).toBe(false);
    const second = await tier.lease("key", 1);
    expect(second.granted).toBe(true);
    expect(second.fence).not.toBe(first.fence);
    expect(await tier.writeFenced("key", entry("loaded"), second.fence)).toBe(true);
    expect(textOf(await tier.read("key"))).toBe("loaded");
  });

  it("keeps a value that was loaded before a delete from landing after it", async () => {
    const loader = cacheBackend(tierOf());
    const other = cacheBackend(tierOf({ client: clientOf(server) }));
    const { fence } = await loader.lease("key", 1_000);
    await other.set("key", cacheValue("newer"));
    await other.delete("key");
    expect(await loader.setFenced("key", cacheValue("loaded"), fence)).toBe(false);
    expect(await other.get("key")).toBeUndefined();
  });

  it("whose fenced write is done, and its answer lost, says that it was done", async () => {
    const flaky = clientOf(server);
    tamperWith(flaky, async (name, send, count) => {
      const result = await send();
      if (name !== "PutItem" || count !== 1) return result;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET", $metadata: {} });
    });
    const { fence } = await tierOf().lease("key", 1_000);
    expect(await tierOf({ client: flaky }).writeFenced("key", entry("loaded"), fence)).toBe(true);
    expect(textOf(await tierOf().read("key"))).toBe("loaded");
  });

  it("is nobody's if the parts of the entry cannot be read now", async () => {
    const large = entry("", { payload: Buffer.alloc(500_000, 1) });
    await tierOf({ chunking: true }).write("key", large);
    const busy = clientOf(server, { maxAttempts: 1 });
    tamperWith(busy, (name, send) =>
      name === "BatchGetItem"
        ? Promise.reject(Object.assign(new Error("busy"), { name: "ThrottlingException" }))
        : send(),
    );
    await expect(tierOf({ client: busy }).lease("key", 60_000)).rejects.toThrow("busy");
    expect((await tierOf().lease("key", 60_000)).granted).toBe(true);
  });

  it("leaves what was written in parts whole where it cannot be told that it was", async () => {
    const { fence } = await tierOf().lease("key", 1_000);
    const flaky = clientOf(server);
    tamperWith(flaky, async (name, send, count) => {
      const refusal = { name: "ExpiredTokenException", $metadata: { httpStatusCode: 400 } };
      if (name === "GetItem") throw Object.assign(new Error("expired"), refusal);
      const result = await send();
      if (name !== "PutItem" || count !== 1) return result;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET", $metadata: {} });
    });
    const tier = tierOf({ client: flaky, chunking: true });
    const { code, error } = await failureOf(() =>
      cacheBackend(tier).setFenced("key", cacheValue("x".repeat(500_000)), fence),
    );
    expect([code, error.message]).toEqual(["internal", expect.stringContaining("is not known: expired")]);
    await tier.close();
    expect((await tierOf().read("key"))?.payload.byteLength).toBeGreaterThan(500_000);
  });

  it("fences what is written in parts, and sweeps what was refused", async () => {
    const tier = tierOf({ chunking: true });
    const large = entry("", { payload: Buffer.alloc(500_000, 1) });
    const { fence } = await tier.lease("key", 1_000);
    expect(await tier.writeFenced("key", large, fence)).toBe(true);
    const items = (await itemsOf(client, options.table)).length;
    expect(await tier.writeFenced("key", large, fence)).toBe(false);
    expect(await itemsOf(client, options.table)).toHaveLength(items);
    const next = await tier.lease("key", 1_000);
    expect(next.granted).toBe(true);
    expect(next.entry?.payload.byteLength).toBe(500_000);
    expect(await tier.writeFenced("key", entry("small"), next.fence)).toBe(true);
    expect(await itemsOf(client, options.table)).toHaveLength(2);
  });
});
