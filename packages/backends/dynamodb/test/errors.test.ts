import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { type DynamoDbServer, freePort } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTable, dynamodb } from "../src/index.ts";
import { clientOf, failureOf, SERVERS } from "./support.ts";

describe.each(quickly(SERVERS, 1))("a wrong table, $name", ({ start }) => {
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await start();
    await createTable(clientOf(server), { table: "cache" });
  }, 60_000);
  afterAll(() => server.close());

  async function failureWith(client: DynamoDBClient, table: string): Promise<unknown[]> {
    const cache = cacheBackend(dynamodb({ client, table }));
    const operations = [
      () => cache.get("key"),
      () => cache.getMany(["a", "b"]),
      () => cache.set("key", cacheValue("value")),
      () =>
        cache.setMany([
          ["a", cacheValue(1)],
          ["b", cacheValue(2)],
        ]),
      () => cache.delete("key"),
    ];
    const failures = await Promise.all(operations.map(failureOf));
    return failures.map(({ code, error }) => [code, error.retryable, error.message]);
  }

  it("that is missing is named, with the region, and no retry is advised", async () => {
    for (const failure of await failureWith(clientOf(server), "elsewhere"))
      expect(failure).toEqual([
        "internal",
        false,
        expect.stringContaining('no table "elsewhere" in eu-west-1'),
      ]);
  });

  it("because the region is wrong is the same", async () => {
    // dynalite has one set of tables for all regions.
    const client = clientOf(server, { region: "us-east-1" });
    const table = server.keepsRegionsApart ? "cache" : "elsewhere";
    for (const failure of await failureWith(client, table))
      expect(failure).toEqual([
        "internal",
        false,
        expect.stringContaining(`no table "${table}" in us-east-1`),
      ]);
  });
});

describe("credentials", () => {
  let fake: Server | undefined;
  afterEach(() => fake?.close());

  /** A client of a server that refuses, as DynamoDB does, whatever it is sent. */
  async function refusedWith(type: string, status = 400): Promise<DynamoDBClient> {
    fake = createServer((_, reply) => {
      reply.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
      reply.end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message: "not you" }));
    }).listen(0, "127.0.0.1");
    await once(fake, "listening");
    const { port } = fake.address() as AddressInfo;
    return clientOf({ endpoint: `http://127.0.0.1:${port}` }, { maxAttempts: 1 });
  }

  it.each([
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "ExpiredTokenException",
    "AccessDeniedException",
  ])("that are refused with %s fail at once, and no retry is advised", async (type) => {
    const cache = cacheBackend(dynamodb({ client: await refusedWith(type), table: "cache" }));
    const { code, error } = await failureOf(() => cache.get("key"));
    expect([code, error.retryable, error.message]).toEqual([
      "internal",
      false,
      expect.stringContaining("not you"),
    ]);
    expect(error.cause).toMatchObject({ name: type });
  });

  it("that are not to be had fail, with the reason", async () => {
    const credentials = async (): Promise<never> => {
      throw Object.assign(new Error("no credentials here"), { name: "CredentialsProviderError" });
    };
    const cache = cacheBackend(
      dynamodb({ client: new DynamoDBClient({ region: "eu-west-1", credentials }), table: "cache" }),
    );
    const { code, error } = await failureOf(() => cache.get("key"));
    expect([code, error.retryable]).toEqual(["internal", false]);
    expect(error.message).toContain("no credentials here");
  });

  it.each(["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"])(
    "that are fine, on a table that throttles with %s, find it unavailable for now",
    async (type) => {
      const cache = cacheBackend(dynamodb({ client: await refusedWith(type), table: "cache" }));
      const { code, error } = await failureOf(() => cache.set("key", cacheValue("value")));
      expect([code, error.retryable]).toEqual(["unavailable", true]);
    },
  );

  it("that are fine, on a server in trouble, find it unavailable for now", async () => {
    const cache = cacheBackend(
      dynamodb({ client: await refusedWith("InternalServerError", 500), table: "cache" }),
    );
    const { code, error } = await failureOf(() => cache.delete("key"));
    expect([code, error.retryable]).toEqual(["unavailable", true]);
  });
});

describe("a server that is not there", () => {
  it("is a connection error, and worth a retry", async () => {
    const client = clientOf({ endpoint: `http://127.0.0.1:${await freePort()}` });
    const { code, error } = await failureOf(() =>
      cacheBackend(dynamodb({ client, table: "cache" })).get("key"),
    );
    expect([code, error.retryable]).toEqual(["connection", true]);
  });

  it("is one too if its name is unknown", async () => {
    const client = clientOf({ endpoint: "http://nowhere.invalid" });
    const { code } = await failureOf(() => cacheBackend(dynamodb({ client, table: "cache" })).get("key"));
    expect(code).toBe("connection");
  });
});
