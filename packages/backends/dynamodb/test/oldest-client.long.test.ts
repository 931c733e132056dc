import { backendConformance } from "@hitbox/conformance";
import { cacheBackend } from "@hitbox/core";
import { type DynamoDbServer, startDynalite } from "@hitbox/test-servers";
import { DynamoDBClient } from "client-dynamodb-oldest";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { createTable, type DynamoDbClient, dynamodb } from "../src/index.ts";
import { failureOf } from "./support.ts";

// The oldest version of the SDK that is supported, in the place of the one that is installed.
vi.mock("@aws-sdk/client-dynamodb", () => import("client-dynamodb-oldest"));

describe("the oldest SDK", () => {
  let server: DynamoDbServer;
  let client: DynamoDBClient;
  beforeAll(async () => {
    server = await startDynalite();
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    client = new DynamoDBClient({ endpoint: server.endpoint, region: "eu-west-1", credentials });
    await createTable(client as DynamoDbClient, { table: "cache", sortKey: "sk" });
  });
  afterAll(() => server.close());

  const open = (prefix: string): ReturnType<typeof dynamodb> =>
    dynamodb({ client: client as DynamoDbClient, table: "cache", sortKey: "sk", prefix, timeout: 20_000 });
  backendConformance({ test, open });

  it("has its errors classified", async () => {
    const elsewhere = dynamodb({ client: client as DynamoDbClient, table: "elsewhere" });
    const { code, error } = await failureOf(() => cacheBackend(elsewhere).get("key"));
    expect([code, error.retryable, error.message]).toEqual([
      "internal",
      false,
      expect.stringContaining("elsewhere"),
    ]);
  });
});
