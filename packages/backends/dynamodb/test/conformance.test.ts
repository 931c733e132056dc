import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { backendConformance } from "@hitbox/conformance";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createTable, dynamodb } from "../src/index.ts";
import { clientOf, SERVERS } from "./support.ts";

const awkwardSpaces = [":a", "/", ":/", "*", "%", " ", "é", "{a}", "\u0000"];
// The kit asks for hundreds of changes of one key at once, which are done one after the other.
const timeout = 20_000;

const TABLES = [
  { table: "simple", chunking: false },
  { table: "sorted", sortKey: "sk", chunking: true },
];

describe.each(SERVERS)("$name", ({ name, start }) => {
  const tables = name === "dynalite" ? TABLES.slice(1) : TABLES;
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  beforeAll(async () => {
    server = await start();
    client = clientOf(server);
    for (const { chunking: _, ...options } of tables) await createTable(client, options);
  }, 60_000);
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  describe.each(tables)("the table $table, chunking: $chunking", (options) => {
    backendConformance({
      test,
      awkwardSpaces,
      open: (prefix) => dynamodb({ client, prefix, timeout, ...options }),
    });
  });
});
