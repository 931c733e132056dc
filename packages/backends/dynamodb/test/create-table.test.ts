import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, dynamodb } from "../src/index.ts";
import { clientOf, entry, fresh, SERVERS, tamperWith, textOf } from "./support.ts";

describe.each(quickly(SERVERS, 1))("createTable, $name", ({ name, start }) => {
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  beforeAll(async () => {
    server = await start();
    client = clientOf(server);
  }, 60_000);
  afterAll(() => server.close());

  async function timeToLive(table: string): Promise<unknown> {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    return TimeToLiveDescription;
  }

  it("makes a table that can be used, billed by request", async () => {
    const names = { table: fresh("made"), partitionKey: "hash", sortKey: "range", ttlAttribute: "expires" };
    await createTable(client, names);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: names.table }));
    expect(Table).toMatchObject({
      TableStatus: "ACTIVE",
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      KeySchema: [
        { AttributeName: "hash", KeyType: "HASH" },
        { AttributeName: "range", KeyType: "RANGE" },
      ],
    });
    const tier = dynamodb({ client, ...names });
    await tier.write("key", entry("value"));
    expect(textOf(await tier.read("key"))).toBe("value");
  });

  it("enables the time to live, where the server knows one", async () => {
    const table = fresh("made");
    await createTable(client, { table, ttlAttribute: "expires" });
    const enabled = { TimeToLiveStatus: "ENABLED", AttributeName: "expires" };
    expect(await timeToLive(table)).toMatchObject(
      name === "dynalite" ? { TimeToLiveStatus: "DISABLED" } : enabled,
    );
  });

  it("keeps a table that is there, with its entries", async () => {
    const table = fresh("made");
    await createTable(client, { table });
    const tier = dynamodb({ client, table });
    await tier.write("key", entry("value"));
    await createTable(client, { table });
    expect(textOf(await tier.read("key"))).toBe("value");
  });

  it("refuses a table that has other keys", async () => {
    const table = fresh("made");
    await createTable(client, { table });
    await expect(createTable(client, { table, sortKey: "sk" })).rejects.toThrow(
      /^table .*keys are not pk, sk/,
    );
  });

  it("refuses a table whose key is no text", async () => {
    const table = fresh("made");
    const definition = {
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "N" as const }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" as const }],
    };
    await client.send(
      new CreateTableCommand({ TableName: table, BillingMode: "PAY_PER_REQUEST", ...definition }),
    );
    await expect(createTable(client, { table })).rejects.toThrow(/^table .*its key pk is not of type S/);
  });

  it("can be called by many at once", async () => {
    const table = fresh("made");
    await Promise.all(Array.from({ length: 8 }, () => createTable(clientOf(server), { table })));
    expect(await timeToLive(table)).toMatchObject({
      TimeToLiveStatus: name === "dynalite" ? "DISABLED" : "ENABLED",
    });
  });

  it("says what is wrong where the time to live is on another attribute", async () => {
    if (name === "dynalite") return;
    const table = fresh("made");
    await createTable(client, { table, ttlAttribute: "expires" });
    await expect(createTable(client, { table, ttlAttribute: "other" })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  it("waits until the table is active, and gives up at its deadline", async () => {
    const slow = clientOf(server);
    let looks = 0;
    tamperWith(slow, async (command, send) => {
      const result = (await send()) as { output: { Table?: { TableStatus?: string } } };
      if (command === "DescribeTable" && result.output.Table && looks++ < 2)
        result.output.Table.TableStatus = "CREATING";
      return result;
    });
    await createTable(slow, { table: fresh("made") });
    expect(looks).toBe(3);
    looks = -1_000;
    await expect(createTable(slow, { table: fresh("made"), timeout: 700 })).rejects.toThrow("within 700 ms");
  });
});
