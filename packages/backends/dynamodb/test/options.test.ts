import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Format, gzip, hashed, json } from "@hitbox/core";
import { describe, expect, it } from "vitest";
import { type CreateTableOptions, createTable, type DynamoDbOptions, dynamodb } from "../src/index.ts";

const client = new DynamoDBClient({ region: "eu-west-1" });
const live = { ...json(), id: "live", kind: "live" } as Format;

function make(options: object = {}): ReturnType<typeof dynamodb> {
  return dynamodb({ client, table: "cache", ...options } as DynamoDbOptions);
}

describe("options", () => {
  it("have defaults", () => {
    const backend = make();
    expect(backend.label).toBe("dynamodb");
    expect(backend.keyFormat.id).toBe("text");
    expect(backend.valueFormat.id).toBe("typed-json");
    expect(backend.compressor.id).toBe("passthrough");
  });

  it("are what the backend says of itself", () => {
    const parts = { label: "shop", keyFormat: hashed(), format: json(), compressor: gzip() };
    const backend = make(parts);
    expect(backend.label).toBe("shop");
    expect(backend.keyFormat).toBe(parts.keyFormat);
    expect(backend.valueFormat).toBe(parts.format);
    expect(backend.compressor).toBe(parts.compressor);
  });

  it("declare what is supported, for good", () => {
    const { supports } = make({ prefix: "shop" });
    expect(supports).toEqual({
      expiry: "native",
      shared: true,
      persistent: true,
      readMany: { max: 100 },
      writeMany: { max: Number.POSITIVE_INFINITY },
      removeMany: { max: Number.POSITIVE_INFINITY },
      maxKeyBytes: 2_048 - "shop::".length,
      maxValueBytes: expect.any(Number),
      keys: true,
      clear: false,
      lease: true,
    });
    expect(Object.isFrozen(supports)).toBe(true);
    expect(supports.maxValueBytes).toBeGreaterThan(409_600 - 100);
    expect(supports.maxValueBytes).toBeLessThan(409_600 - 50);
  });

  it("with a sort key allow to clear, and have shorter keys", () => {
    expect(make({ sortKey: "sk" }).supports).toMatchObject({ clear: true, maxKeyBytes: 1_024 });
    expect(make().clear).toBeUndefined();
  });

  it("take larger values with `chunking`", () => {
    expect(make({ chunking: true }).supports.maxValueBytes).toBe(37.5 * 1024 * 1024);
  });

  it("take any name that a table can have", () => {
    for (const table of ["a-b", "A.b_9", "x".repeat(255)]) expect(make({ table }).label).toBe("dynamodb");
  });

  it.each([
    ["client", { client: undefined }],
    ["client", { client: {} }],
    ["client", { client: { send: () => {} } }],
    ["table", { table: undefined }],
    ["table", { table: "a" }],
    ["table", { table: "a b c" }],
    ["table", { table: "x".repeat(256) }],
    ["partitionKey", { partitionKey: "" }],
    ["partitionKey", { partitionKey: "x".repeat(256) }],
    ["partitionKey", { partitionKey: "payload" }],
    ["sortKey", { sortKey: "pk" }],
    ["sortKey", { sortKey: 5 }],
    ["ttlAttribute", { ttlAttribute: "expiresAt" }],
    ["ttlAttribute", { ttlAttribute: "pk" }],
    ["prefix", { prefix: "" }],
    ["prefix", { prefix: "a::b" }],
    ["prefix", { prefix: "a:" }],
    ["prefix", { prefix: "\ud800" }],
    ["prefix", { prefix: "x".repeat(1_025) }],
    ["consistentRead", { consistentRead: "yes" }],
    ["chunking", { chunking: 1 }],
    ["timeout", { timeout: 0 }],
    ["timeout", { timeout: Number.POSITIVE_INFINITY }],
    ["now", { now: 5 }],
    ["label", { label: "a.b" }],
    ["format", { format: live }],
    ["compressor", { compressor: "gzip" }],
    ["ttl", { ttl: 5 }],
  ])("refuse a wrong %s", (name, options) => {
    expect(() => make(options)).toThrow(TypeError);
    expect(() => make(options)).toThrow(new RegExp(`^${name} .*; got |\`${name}\` is not an option`));
  });

  it("are required", () => {
    expect(() => dynamodb(undefined as unknown as DynamoDbOptions)).toThrow(TypeError);
  });

  it.each([undefined, null, "cache"])(
    "are refused if they are no object: createTable with %s",
    async (options) => {
      const made = createTable(client, options as unknown as CreateTableOptions);
      await expect(made).rejects.toThrow(/^(dynamodb|createTable): options must be an object.*; got /);
    },
  );

  it.each([
    ["table", { table: "a" }],
    ["sortKey", { sortKey: "ttl" }],
    ["timeout", { timeout: -1 }],
    ["prefix", { prefix: "shop" }],
  ])("refuse a wrong %s of createTable", async (name, options) => {
    const made = createTable(client, { table: "cache", ...options } as CreateTableOptions);
    await expect(made).rejects.toThrow(new RegExp(`^${name} .*; got |\`${name}\` is not an option`));
  });
});
