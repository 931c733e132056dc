import { cacheBackend, cacheValue } from "@hitbox/core";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, commandsOf, entry, failureOf, itemsOf, leaveUnprocessed, SERVERS } from "./support.ts";

describe.each(quickly(SERVERS, 1))("clear, $name", ({ start }) => {
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await start();
    await createTable(clientOf(server), { table: "simple" });
    await createTable(clientOf(server), { table: "sorted", sortKey: "sk" });
  }, 60_000);
  afterAll(() => server.close());

  it("without a sort key is unsupported, and nothing is sent, least of all a scan", async () => {
    const client = clientOf(server);
    const commands = commandsOf(client);
    const cache = cacheBackend(dynamodb({ client, table: "simple" }));
    expect((await failureOf(() => cache.clear())).code).toBe("unsupported");
    expect(commands).toEqual([]);
  });

  it("removes hundreds of entries of its own prefix, and no others, by queries", async () => {
    const client = clientOf(server);
    const tier = (prefix: string) =>
      dynamodb({ client, table: "sorted", sortKey: "sk", prefix, timeout: 20_000 });
    const cache = cacheBackend(tier("own"));
    const keys = Array.from({ length: 620 }, (_, index) => `key${index}`);
    await cache.setMany(keys.map((key) => [key, cacheValue(key)]));
    for (const other of ["own2", "ow", "own:x", "OWN"]) await tier(other).write("key", entry(other));
    const commands = commandsOf(client);
    await cache.clear();
    expect(new Set(commands)).toEqual(new Set(["Query", "BatchWriteItem"]));
    expect((await itemsOf(client, "sorted")).map(({ pk }) => pk?.S).sort()).toEqual(
      ["OWN", "ow", "own2", "own:x"].sort(),
    );
  });

  it("leaves the leases of others alone, whatever its prefix", async () => {
    const table = { client: clientOf(server), table: "sorted", sortKey: "sk" };
    const tier = dynamodb({ ...table, prefix: "leasing" });
    await tier.lease?.("key", 60_000);
    const items = await itemsOf(table.client, "sorted");
    for (const { pk, sk } of items.filter((item) => item.sk?.S === "lease")) {
      // An entry of that name under that prefix would be the lease; no cache can have that prefix.
      expect(() => dynamodb({ ...table, prefix: pk?.S })).toThrow(/^prefix must not contain "::"/);
      expect(sk).toEqual({ S: "lease" });
    }
    expect(items.some((item) => item.sk?.S === "lease")).toBe(true);
  });

  it("looks for entries where every write that was answered is seen", async () => {
    const client = clientOf(server);
    const queries: unknown[] = [];
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === "QueryCommand") queries.push(args.input);
          return next(args);
        },
      { step: "initialize" },
    );
    await dynamodb({ client, table: "sorted", sortKey: "sk", consistentRead: false }).clear?.();
    expect(queries).toMatchObject([{ ConsistentRead: true }]);
  });

  it("says how many entries are left if it cannot remove all", async () => {
    const client = clientOf(server);
    const options = { table: "sorted", sortKey: "sk", prefix: "busy" };
    const keys = Array.from({ length: 60 }, (_, index) => `key${index}`);
    await cacheBackend(dynamodb({ ...options, client })).setMany(keys.map((key) => [key, cacheValue(key)]));
    const busy = clientOf(server);
    leaveUnprocessed(busy, (batch) => (batch <= 3 ? 5 : 0));
    const cache = cacheBackend(dynamodb({ ...options, client: busy, timeout: 1_500 }));
    const { code, error } = await failureOf(() => cache.clear());
    expect([code, error.cause]).toMatchObject(["unavailable", { left: 45, total: 60 }]);
    const read = await cacheBackend(dynamodb({ ...options, client })).getMany(keys);
    expect(read.filter((value) => value !== undefined)).toHaveLength(45);
  });
});
