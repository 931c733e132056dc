import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { backendConformance } from "@hitbox/conformance";
import { type Backend, delegateTo } from "@hitbox/core";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, test } from "vitest";
import { createTable } from "../src/index.ts";
import { Beneath } from "./beneath.ts";
import { dynamodb } from "./patient.ts";
import { clientOf } from "./support.ts";

const awkwardSpaces = [":a", "/", ":/", "*", "%", " ", "é", "{a}", "\u0000"];

export const TABLES = [
  { table: "simple", chunking: false },
  { table: "sorted", sortKey: "sk", chunking: true },
];

/** Cases that share a table. Without a sort key a listing reads all that earlier cases have left in it. */
const CASES_EACH = 10;

/** Above the 25 and 50 keys that the adapter sends together. */
const BATCH = Object.freeze({ max: 60 });

/** The kit tries batches around the declared size. `large-batches.long.test.ts` has the large ones. */
function withSmallBatches(backend: Backend): Backend {
  const supports = Object.freeze({ ...backend.supports, writeMany: BATCH, removeMany: BATCH });
  return { ...delegateTo(backend), supports };
}

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
  }, 60_000);
  afterAll(async () => {
    client.destroy();
    await server.close();
  });

  describe.each(tables)("the table $table, chunking: $chunking", ({ table: kind, chunking, ...keys }) => {
    const made = new Map<string, Promise<void>>();
    /** Kinds of spaces end in the number of their case. */
    const tableOf = (space: string): string =>
      `${kind}-${Math.floor(Number(/-(\d{3})/.exec(space)?.[1]) / CASES_EACH)}`;
    const beneath = new Beneath(() => client, tableOf, keys.sortKey);
    backendConformance({
      test,
      awkwardSpaces,
      raw: beneath.hooks,
      async open(prefix) {
        const table = tableOf(prefix);
        const ready = made.get(table) ?? createTable(client, { table, ...keys });
        made.set(table, ready);
        await ready;
        const options = { client: beneath.clientOf(prefix), prefix, table, chunking, ...keys };
        return withSmallBatches(dynamodb(options));
      },
    });
  });
}
