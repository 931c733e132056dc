import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { backendConformance } from "@hitbox/conformance";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf } from "./support.ts";

const awkwardSpaces = [":a", "/", ":/", "*", "%", " ", "é", "{a}", "\u0000"];

export const TABLES = [
  { table: "simple", chunking: false },
  { table: "sorted", sortKey: "sk", chunking: true },
];

/** The conformance of tables that are made on one server. */
export function tablesConformance(
  tables: readonly (typeof TABLES)[number][],
  start: () => Promise<DynamoDbServer>,
): void {
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
      open: (prefix) => dynamodb({ client, prefix, ...options }),
    });
  });
}
