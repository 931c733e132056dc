import { BackendError, cacheBackend, cacheValue } from "@hitbox/core";
import { type DynamoDbServer, startDynalite } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, UnprocessedItemsError } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import {
  clientOf,
  commandsOf,
  entry,
  failureOf,
  fresh,
  leaveUnprocessed,
  SERVERS,
  tamperWith,
  textOf,
} from "./support.ts";

const TIMEOUT = 400;

describe.each(SERVERS)("batches, $name", ({ start }) => {
  let server: DynamoDbServer;
  const table = "batches";
  beforeAll(async () => {
    server = await start();
    await createTable(clientOf(server), { table });
  }, 60_000);
  afterAll(() => server.close());

  function keysOf(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `key${index}`);
  }

  async function filled(count: number): Promise<{ readonly prefix: string; readonly keys: string[] }> {
    const [prefix, keys] = [fresh("batch"), keysOf(count)];
    const cache = cacheBackend(dynamodb({ client: clientOf(server), table, prefix, timeout: 20_000 }));
    await cache.setMany(keys.map((key) => [key, cacheValue(key)]));
    return { prefix, keys };
  }

  it("the gets of one tick are one request for each hundred keys", async () => {
    const { prefix, keys } = await filled(250);
    const client = clientOf(server);
    const commands = commandsOf(client);
    const cache = cacheBackend(dynamodb({ client, table, prefix }));
    const values = await Promise.all([...keys, "key0", "none"].map((key) => cache.get<string>(key)));
    expect(values.map((value) => value?.data)).toEqual([...keys, "key0", undefined]);
    expect(commands).toEqual(["BatchGetItem", "BatchGetItem", "BatchGetItem"]);
  });

  it("a lone get is a plain GetItem", async () => {
    const { prefix } = await filled(1);
    const client = clientOf(server);
    const commands = commandsOf(client);
    expect((await cacheBackend(dynamodb({ client, table, prefix })).get("key0"))?.data).toBe("key0");
    expect(commands).toEqual(["GetItem"]);
  });

  it("sets are one request for each 25 entries", async () => {
    const client = clientOf(server);
    const commands = commandsOf(client);
    const cache = cacheBackend(dynamodb({ client, table, prefix: fresh("batch") }));
    await cache.setMany(keysOf(60).map((key) => [key, cacheValue(key)]));
    expect(commands).toEqual(["BatchWriteItem", "BatchWriteItem", "BatchWriteItem"]);
  });

  it("half of it is left undone: it is sent again until it is done", async () => {
    const { prefix, keys } = await filled(100);
    const client = clientOf(server);
    leaveUnprocessed(client, (batch) => [60, 0, 25][batch % 3] as number);
    const cache = cacheBackend(dynamodb({ client, table, prefix }));
    const read = await cache.getMany<string>(keys);
    expect(read.map((value) => value?.data)).toEqual(keys);
    await cache.setMany(keys.map((key) => [key, cacheValue(`new ${key}`)]));
    const again = await cacheBackend(dynamodb({ client: clientOf(server), table, prefix })).getMany(keys);
    expect(again.map((value) => value?.data)).toEqual(keys.map((key) => `new ${key}`));
  });

  it("writes stay undone: it fails at the deadline, and says how many items were left", async () => {
    const client = clientOf(server);
    leaveUnprocessed(client, (batch) => (batch === 1 ? 8 : 0));
    const prefix = fresh("batch");
    const cache = cacheBackend(dynamodb({ client, table, prefix, timeout: TIMEOUT }));
    const keys = keysOf(25);
    const { code, error, ms } = await failureOf(() =>
      cache.setMany(keys.map((key) => [key, cacheValue(key)])),
    );
    expect([code, error.retryable]).toEqual(["unavailable", true]);
    expect(error.message).toContain("17 of 25 items were left unprocessed");
    expect(error.cause).toBeInstanceOf(UnprocessedItemsError);
    expect(error.cause).toMatchObject({ left: 17, total: 25 });
    expect(ms).toBeGreaterThan(TIMEOUT - 20);
    expect(ms).toBeLessThan(TIMEOUT + 5_000);
    const there = await cacheBackend(dynamodb({ client: clientOf(server), table, prefix })).getMany(keys);
    expect(there.filter((value) => value !== undefined)).toHaveLength(8);
  });

  it("many writes stay undone: the error says how many of all of them were left", async () => {
    const client = clientOf(server);
    leaveUnprocessed(client, (batch) => (batch <= 3 ? 5 : 0));
    const cache = cacheBackend(dynamodb({ client, table, prefix: fresh("batch"), timeout: TIMEOUT }));
    const { error } = await failureOf(() => cache.setMany(keysOf(60).map((key) => [key, cacheValue(key)])));
    expect(error.cause).toMatchObject({ left: 60 - 3 * 5, total: 60 });
    expect(error.message).toContain("45 of 60 items were left unprocessed");
  });

  it("one of many writes is refused: it says so, whatever the others have left", async () => {
    const client = clientOf(server, { maxAttempts: 1 });
    leaveUnprocessed(client, () => 5);
    tamperWith(client, (_, send, count) =>
      count === 2
        ? Promise.reject(Object.assign(new Error("no"), { name: "AccessDeniedException" }))
        : send(),
    );
    const cache = cacheBackend(dynamodb({ client, table, prefix: fresh("batch"), timeout: TIMEOUT }));
    const { code, error } = await failureOf(() =>
      cache.setMany(keysOf(60).map((key) => [key, cacheValue(key)])),
    );
    expect([code, error.retryable]).toEqual(["internal", false]);
  });

  it("the rest is refused: it says so, and advises no retry", async () => {
    const { prefix, keys } = await filled(10);
    const client = clientOf(server);
    leaveUnprocessed(client, () => 4);
    const refusal = { name: "ExpiredTokenException", $metadata: { httpStatusCode: 400 } };
    tamperWith(client, (_, send, count) =>
      count > 1 ? Promise.reject(Object.assign(new Error("expired"), refusal)) : send(),
    );
    const read = (await dynamodb({ client, table, prefix }).readMany?.(keys)) ?? [];
    expect(read.slice(0, 4).map(textOf)).toEqual(keys.slice(0, 4));
    for (const answer of read.slice(4))
      expect(answer).toMatchObject({ code: "internal", retryable: false, cause: { left: 6, total: 10 } });
  });

  it("reads stay half done: it answers those it has, and fails the rest, since a key left over is no miss", async () => {
    const { prefix, keys } = await filled(10);
    const client = clientOf(server);
    leaveUnprocessed(client, (batch) => (batch === 1 ? 4 : 0));
    const tier = dynamodb({ client, table, prefix, timeout: TIMEOUT });
    const read = (await tier.readMany?.(keys)) ?? [];
    expect(read.slice(0, 4).map(textOf)).toEqual(keys.slice(0, 4));
    for (const answer of read.slice(4)) {
      expect(BackendError.is(answer)).toBe(true);
      expect(answer).toMatchObject({ code: "unavailable", retryable: true, cause: { left: 6, total: 10 } });
    }
  });

  it("waits between its requests, ever longer, at random", async () => {
    const { prefix, keys } = await filled(4);
    const client = clientOf(server);
    const times: number[] = [];
    leaveUnprocessed(client, (batch) => {
      times.push(performance.now());
      return batch < 6 ? 0 : 4;
    });
    await dynamodb({ client, table, prefix, timeout: 20_000 }).readMany?.(keys);
    const pauses = times.slice(1).map((time, index) => time - (times[index] as number));
    for (const [round, pause] of pauses.entries()) expect(pause).toBeLessThan(25 * 2 ** round + 5_000);
    expect(new Set(pauses.map((pause) => Math.round(pause))).size).toBeGreaterThan(1);
  });
});

describe("a batch over the 16 MiB of a response", () => {
  it("is read in several", async () => {
    const server = await startDynalite();
    const table = "large";
    await createTable(clientOf(server), { table });
    const tier = dynamodb({ client: clientOf(server), table, timeout: 20_000 });
    const keys = Array.from({ length: 42 }, (_, index) => `key${index}`);
    await Promise.all(
      keys.map((key, index) => tier.write(key, entry("", { payload: Buffer.alloc(400_000, index) }))),
    );
    const client = clientOf(server);
    const commands = commandsOf(client);
    const read = (await dynamodb({ client, table, timeout: 20_000 }).readMany?.(keys)) ?? [];
    const lasts = read.map((stored) => (stored as { payload: Uint8Array }).payload[399_999]);
    expect(lasts).toEqual(keys.map((_, index) => index));
    expect(commands.length).toBeGreaterThan(1);
    await server.close();
  }, 60_000);
});
