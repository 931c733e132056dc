import { readFile } from "node:fs/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { StoredValue } from "@hitbox/core";
import { type DynamoDbServer, startDynamoDbLocal } from "@hitbox/test-servers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTable, type DynamoDbOptions } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, entry, fresh } from "./support.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");

const KB = 1_024;
/** Payload bytes of the table's columns; the last leaves room for key and metadata in the largest item. */
const SIZES = [300, 4 * KB, 100 * KB, 400 * KB - 200] as const;

/** The units that the README's table gives an operation, by column. */
function stated(operation: string): number[] {
  const row = readme.split("\n").find((line) => line.startsWith(`| ${operation} |`)) ?? "";
  return row.split("|").slice(3, 7).map(Number);
}

let server: DynamoDbServer;
let client: DynamoDBClient;
/** Units of each request since the last reset, as the server counts them. */
let units: number[];
const table = "cost";

beforeAll(async () => {
  server = await startDynamoDbLocal();
  await createTable(clientOf(server), { table, sortKey: "sk" });
}, 60_000);
afterAll(() => server.close());
beforeEach(() => {
  client = clientOf(server);
  units = metered(client);
});

interface Consumed {
  readonly CapacityUnits?: number;
}

function metered(metered: DynamoDBClient): number[] {
  const counted: number[] = [];
  metered.middlewareStack.add(
    (next) => async (args) => {
      const asked = { ...args, input: { ...args.input, ReturnConsumedCapacity: "TOTAL" } };
      const result = await next(asked as typeof args);
      const { ConsumedCapacity: consumed } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
      counted.push(...[consumed ?? []].flat().map(({ CapacityUnits }) => CapacityUnits ?? Number.NaN));
      return result;
    },
    { step: "initialize" },
  );
  return counted;
}

function tier(options: Partial<DynamoDbOptions> = {}): ReturnType<typeof dynamodb> {
  return dynamodb({ client, table, sortKey: "sk", prefix: fresh("cost"), ...options });
}

function sized(bytes: number): StoredValue {
  return { ...entry(""), payload: Buffer.alloc(bytes, "x") };
}

/** What `run` costs in all. */
async function cost(run: () => unknown): Promise<number> {
  units.length = 0;
  await run();
  return units.reduce((sum, each) => sum + each, 0);
}

/** What an operation costs by size, over an entry of that size. */
function costs(operate: (backend: ReturnType<typeof dynamodb>, value: StoredValue) => unknown) {
  return async (options?: Partial<DynamoDbOptions>): Promise<number[]> => {
    const found: number[] = [];
    for (const size of SIZES) {
      const backend = tier(options);
      await backend.write("key", sized(size));
      found.push(await cost(() => operate(backend, sized(size))));
    }
    return found;
  };
}

describe("the README's table of costs is what the server counts for", () => {
  const read = costs((backend) => backend.read("key"));
  it("a get costs so many units", async () => expect(await read()).toEqual(stated("get")));
  it("an eventually consistent get costs so many units", async () =>
    expect(await read({ consistentRead: false })).toEqual(stated("get, `consistentRead: false`")));
  it("a miss", async () => {
    expect(await cost(() => tier().read("none"))).toBe(1);
    expect(await cost(() => tier({ consistentRead: false }).read("none"))).toBe(0.5);
  });

  const SET = "set, and an overwrite (the larger counts)";
  it("a set costs so many units", async () =>
    expect(await costs((backend, value) => backend.write("other", value))()).toEqual(stated(SET)));
  it("an overwrite by a smaller one costs so many units", async () =>
    expect(await costs((backend) => backend.write("key", sized(1)))()).toEqual(stated(SET)));
  it("a delete costs so many units", async () =>
    expect(await costs((backend) => backend.remove("key"))()).toEqual(stated("delete")));

  it("a part of a split entry costs so many units", async () => {
    const backend = tier({ chunking: true });
    // Two whole parts, and the item that names them.
    expect(await cost(() => backend.write("key", sized(2 * 384 * KB)))).toBe(2 * 385 + 1);
    expect(await cost(() => backend.read("key"))).toBe(2 * 97 + 1);
  });

  it("a lease costs so many units, with and without an entry", async () => {
    const backend = tier();
    await backend.write("key", sized(300));
    expect(await cost(() => backend.lease?.("key", 1_000))).toBe(1 + 1);
    expect(await cost(() => backend.lease?.("none", 1_000))).toBe(1 + 1 + 1);
    const { fence = "" } = (await backend.lease?.("key", 1_000)) ?? {};
    expect(await cost(() => backend.releaseLease?.("key", fence))).toBe(1);
  });

  it("a fenced set", async () => {
    const fenced = async (size: number): Promise<number> => {
      const backend = tier();
      const { fence = "" } = (await backend.lease?.("key", 1_000)) ?? {};
      return cost(() => backend.writeFenced?.("key", sized(size), fence));
    };
    const found: number[] = [];
    for (const size of SIZES) found.push(await fenced(size));
    expect(found).toEqual(stated("fenced set"));
  });

  it("a batch: as many gets and sets", async () => {
    const backend = tier();
    const entries = ["a", "b", "c"].map((key) => [key, sized(4 * KB)] as const);
    expect(await cost(() => backend.writeMany?.(entries))).toBe(3 * 5);
    expect(await cost(() => backend.readMany?.(["a", "b", "c"]))).toBe(3 * 2);
    const eventual = tier({ consistentRead: false });
    await eventual.writeMany?.(entries);
    expect(await cost(() => eventual.readMany?.(["a", "b", "c"]))).toBe(3 * 1);
  });

  it("a clear: a get of all, by the sum of their sizes, and a delete of each", async () => {
    const backend = tier();
    const entries = ["a", "b", "c"].map((key) => [key, sized(300)] as const);
    await backend.writeMany?.(entries);
    expect(await cost(() => backend.clear?.())).toBe(1 + 3);
  });
});
