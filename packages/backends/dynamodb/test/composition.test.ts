import { compose } from "@hitbox/composition";
import { cacheBackend, cacheContext, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, commandsOf, SERVERS } from "./support.ts";

const table = "tiers";

describe.each(quickly(SERVERS, 1))("memory over DynamoDB, $name", ({ start }) => {
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await start();
    await createTable(clientOf(server), { table });
  }, 60_000);
  afterAll(() => server.close());

  it("reads a key from DynamoDB once, with all that was set", async () => {
    const value = cacheValue({ name: "Ada" }, { ttl: 60_001, stale: 30_000, tags: ["users"] });
    await cacheBackend(dynamodb({ client: clientOf(server), table })).set("user", value);
    const client = clientOf(server);
    const commands = commandsOf(client);
    const cache = compose(memory({ maxEntries: 100 }), dynamodb({ client, table }));
    const [first, second] = [cacheContext(), cacheContext()];
    expect(await cache.get("user", first)).toEqual(value);
    expect(await cache.get("user", second)).toEqual(value);
    expect([first.source, second.source]).toEqual(["memory>dynamodb.dynamodb", "memory>dynamodb.memory"]);
    expect(commands).toEqual(["GetItem"]);
    expect(await cache.delete("user")).toEqual({ status: "deleted", count: 2 });
  });

  it("goes on from memory where DynamoDB is gone", async () => {
    const gone = clientOf({ endpoint: "http://127.0.0.1:1" }, { maxAttempts: 1 });
    const cache = compose(memory({ maxEntries: 100 }), dynamodb({ client: gone, table }));
    const context = cacheContext();
    await cache.set("key", cacheValue("value"), context);
    expect((await cache.get("key"))?.data).toBe("value");
    expect(context.tiers).toMatchObject([
      { tier: "memory>dynamodb.memory", status: "ok" },
      { tier: "memory>dynamodb.dynamodb", status: "error", error: { code: "connection" } },
    ]);
  });
});
