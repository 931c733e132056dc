import {
  type BatchGetItemCommandInput,
  DeleteItemCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { BackendError, cacheBackend, cacheValue, type StoredValue } from "@hitbox/core";
import type { DynamoDbServer } from "@hitbox/test-servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, type DynamoDbOptions } from "../src/index.ts";
import { itemBytes, MAX_ITEM_BYTES } from "../src/item-size.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, entry, failureOf, fresh, itemsOf, SERVERS, tamperWith, textOf } from "./support.ts";

const PART = 384 * 1024;
const timeout = 20_000;

/** A payload of one byte over and over, so that parts of two of them cannot be mixed without being seen. */
function filledWith(byte: number, length = 2.5 * PART): Buffer {
  return Buffer.alloc(length, byte);
}

/** Compared byte by byte: a matcher takes seconds for a megabyte. */
function expectSame(actual: StoredValue | BackendError | undefined, expected: StoredValue): void {
  if (actual === undefined || BackendError.is(actual)) throw new Error("not an entry");
  expect({ ...actual, payload: actual.payload.byteLength }).toEqual({
    ...expected,
    payload: expected.payload.byteLength,
  });
  expect(Buffer.compare(actual.payload, expected.payload)).toBe(0);
}

describe.each(SERVERS)("an entry in parts, $name", ({ start }) => {
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

  async function emptyTable(options: Partial<DynamoDbOptions> = {}): Promise<DynamoDbOptions> {
    const table = fresh("parts");
    await createTable(client, { table, sortKey: options.sortKey });
    return { client, table, chunking: true, timeout, ...options };
  }

  it.each([{}, { sortKey: "sk" }])(
    "is read as it was written, alone and in a batch, with %o",
    async (keys) => {
      const options = await emptyTable(keys);
      const tier = dynamodb(options);
      const payload = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * 7) % 251));
      const times = { createdAt: 5, staleAt: 6, expiresAt: 1_900_000_000_001, tags: ["a"] };
      const stored = entry("", { payload, ...times });
      await tier.write("large", stored);
      await tier.write("small", entry("small"));
      expectSame(await tier.read("large"), stored);
      expectSame((await tier.readMany?.(["small", "none", "large"]))?.[2], stored);
      const items = await itemsOf(client, options.table);
      expect(items).toHaveLength(2 + 3);
      for (const item of items.filter(({ payload, format }) => payload && !format))
        expect(item.ttl).toEqual({ N: "1900000001" });
    },
  );

  it("is split exactly where one item cannot hold it", async () => {
    const options = await emptyTable();
    const tier = dynamodb(options);
    await tier.write("key", entry("", { payload: Buffer.of() }));
    const room = MAX_ITEM_BYTES - itemBytes((await itemsOf(client, options.table))[0] ?? {});
    for (const [size, items] of [
      [room, 1],
      [room + 1, 3],
    ] as const) {
      await tier.write("key", entry("", { payload: filledWith(1, size) }));
      expect(await itemsOf(client, options.table)).toHaveLength(items);
    }
  });

  it("is removed whole", async () => {
    const options = await emptyTable();
    const cache = cacheBackend(dynamodb(options));
    await cache.set("key", cacheValue("x".repeat(1_000_000)));
    expect(await cache.delete("key")).toEqual({ status: "deleted", count: 1 });
    expect(await itemsOf(client, options.table)).toEqual([]);
  });

  it("leaves no part of the one that it replaces, nor does one that replaces it", async () => {
    const options = await emptyTable();
    const tier = dynamodb(options);
    await tier.write("key", entry("", { payload: filledWith(1) }));
    await tier.write("key", entry("", { payload: filledWith(2, 1.5 * PART) }));
    expect(await itemsOf(client, options.table)).toHaveLength(1 + 2);
    await tier.write("key", entry("small"));
    expect(await itemsOf(client, options.table)).toHaveLength(1);
  });

  it("is cleared with its parts, where the table can be cleared", async () => {
    const options = await emptyTable({ sortKey: "sk" });
    const tier = dynamodb(options);
    await tier.write("large", entry("", { payload: filledWith(1) }));
    await tier.write("small", entry("small"));
    await tier.clear?.();
    expect(await itemsOf(client, options.table)).toEqual([]);
  });

  it("is one version or another, never a mixture, while it is written, removed and read at once", async () => {
    const options = await emptyTable();
    const writers = [1, 2].map(() => dynamodb({ ...options, client: clientOf(server) }));
    const reader = dynamodb({ ...options, client: clientOf(server) });
    let isOver = false;
    const writing = writers.map(async (tier, writer) => {
      for (let round = 0; round < 12; round++) {
        const size = (1.2 + ((round + writer) % 3)) * PART;
        if (round % 5 === 4) await tier.remove("key");
        else
          await tier.write("key", entry("", { payload: filledWith(2 * round + writer, Math.floor(size)) }));
      }
    });
    const all = Promise.all(writing).finally(() => {
      isOver = true;
    });
    let hits = 0;
    while (!isOver) {
      const payload = (await reader.read("key"))?.payload;
      if (payload === undefined) continue;
      hits += 1;
      expect(Buffer.compare(payload, Buffer.alloc(payload.byteLength, payload[0]))).toBe(0);
    }
    await all;
    expect(hits).toBeGreaterThan(3);
    const last = await reader.read("key");
    const parts = Math.ceil((last?.payload.byteLength ?? 0) / PART);
    expect(await itemsOf(client, options.table)).toHaveLength(last === undefined ? 0 : 1 + parts);
  }, 60_000);

  it("that is replaced between a reader's two requests is read again, as its successor", async () => {
    const options = await emptyTable();
    await dynamodb(options).write("key", entry("", { payload: filledWith(1) }));
    const slow = clientOf(server);
    tamperWith(slow, async (name, send, count) => {
      if (name === "BatchGetItem" && count === 1)
        await dynamodb(options).write("key", entry("", { payload: filledWith(2) }));
      return send();
    });
    const read = await dynamodb({ ...options, client: slow }).read("key");
    expect(Buffer.compare(read?.payload ?? Buffer.of(), filledWith(2))).toBe(0);
  });

  it("is read elsewhere if a replica has not got the parts yet", async () => {
    const options = await emptyTable();
    const stored = entry("", { payload: filledWith(1) });
    await dynamodb(options).write("key", stored);
    const behind = clientOf(server);
    const asked: boolean[] = [];
    behind.middlewareStack.add(
      (next) => async (args) => {
        const { RequestItems } = args.input as Partial<BatchGetItemCommandInput>;
        if (RequestItems === undefined) return next(args);
        const [isStrong = false] = Object.values(RequestItems).map(({ ConsistentRead }) => ConsistentRead);
        asked.push(isStrong);
        if (isStrong) return next(args);
        return { response: {}, output: { $metadata: {}, Responses: {} } as never };
      },
      { step: "initialize" },
    );
    expectSame(await dynamodb({ ...options, client: behind, consistentRead: false }).read("key"), stored);
    expect(asked).toEqual([false, true]);
  });

  it("is a miss if it is removed between a reader's two requests", async () => {
    const options = await emptyTable();
    await dynamodb(options).write("key", entry("", { payload: filledWith(1) }));
    const slow = clientOf(server);
    tamperWith(slow, async (name, send, count) => {
      if (name === "BatchGetItem" && count === 1) await dynamodb(options).remove("key");
      return send();
    });
    expect(await dynamodb({ ...options, client: slow }).read("key")).toBeUndefined();
  });

  it("of which a part is lost is corrupt, and a miss once it has expired", async () => {
    const options = await emptyTable();
    let now = 1_000;
    const tier = dynamodb({ ...options, now: () => now, consistentRead: false });
    await tier.write("key", entry("", { payload: filledWith(1), expiresAt: 5_000 }));
    const part = (await itemsOf(client, options.table)).find(({ format }) => !format);
    const Key = { pk: part?.pk ?? { S: "" } };
    await client.send(new DeleteItemCommand({ TableName: options.table, Key }));
    const { code } = await failureOf(() => cacheBackend(tier, { now: () => now }).get("key"));
    expect(code).toBe("corrupt");
    const many = (await tier.readMany?.(["key", "none"])) ?? [];
    expect(many).toMatchObject([{ code: "corrupt" }, undefined]);
    now = 5_000;
    expect(await tier.read("key")).toBeUndefined();
  });

  it("whose parts cannot be written leaves the old entry, and nothing of itself", async () => {
    const options = await emptyTable();
    await dynamodb(options).write("key", entry("old"));
    const failing = clientOf(server);
    tamperWith(failing, (name, send, count) =>
      name === "BatchWriteItem" && count === 1
        ? send().then(() => Promise.reject(Object.assign(new Error("no"), { name: "ValidationException" })))
        : send(),
    );
    const broken = dynamodb({ ...options, client: failing });
    await expect(broken.write("key", entry("", { payload: filledWith(1) }))).rejects.toThrow("no");
    await broken.close?.();
    expect(await itemsOf(client, options.table)).toHaveLength(1);
    expect(textOf(await dynamodb(options).read("key"))).toBe("old");
  });

  it("leaves no parts if it is refused after they were written", async () => {
    const options = await emptyTable();
    await dynamodb(options).write("key", entry("old"));
    const refusing = clientOf(server);
    tamperWith(refusing, (name, send) => {
      if (name !== "PutItem") return send();
      const error = { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } };
      return Promise.reject(Object.assign(new Error("not you"), error));
    });
    const tier = dynamodb({ ...options, client: refusing });
    await expect(tier.write("key", entry("", { payload: filledWith(1) }))).rejects.toThrow("not you");
    await tier.close?.();
    expect(await itemsOf(client, options.table)).toHaveLength(1);
  });

  it("that was put, its answer lost, and is refused when it is put again, keeps its parts", async () => {
    const options = await emptyTable();
    const flaky = clientOf(server);
    tamperWith(flaky, async (name, send, count) => {
      if (name !== "PutItem") return send();
      if (count === 1) {
        await send();
        throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET", $metadata: {} });
      }
      const error = { name: "ExpiredTokenException", $metadata: { httpStatusCode: 400 } };
      throw Object.assign(new Error("expired"), error);
    });
    const tier = dynamodb({ ...options, client: flaky });
    const stored = entry("", { payload: filledWith(5) });
    await expect(tier.write("key", stored)).rejects.toThrow("expired");
    await tier.close?.();
    expectSame(await dynamodb(options).read("key"), stored);
  });

  it("whose parts cannot be read fails its own readers, and nobody else's", async () => {
    const options = await emptyTable();
    await dynamodb(options).write("large", entry("", { payload: filledWith(1) }));
    await dynamodb(options).write("small", entry("small"));
    const failing = clientOf(server, { maxAttempts: 1 });
    tamperWith(failing, (name, send, count) =>
      name === "BatchGetItem" && count > 1
        ? Promise.reject(Object.assign(new Error("busy"), { name: "ThrottlingException" }))
        : send(),
    );
    const [small, large] =
      (await dynamodb({ ...options, client: failing }).readMany?.(["small", "large"])) ?? [];
    expect(textOf(small)).toBe("small");
    expect(large).toMatchObject({ code: "unavailable", retryable: true });
  });

  it("is whole when the answer to its put was lost, and the SDK has put it again", async () => {
    const options = await emptyTable();
    const flaky = clientOf(server);
    tamperWith(flaky, async (name, send, count) => {
      const result = await send();
      if (name !== "PutItem" || count !== 1) return result;
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET", $metadata: {} });
    });
    const stored = entry("", { payload: filledWith(4) });
    await dynamodb({ ...options, client: flaky }).write("key", stored);
    expectSame(await dynamodb(options).read("key"), stored);
    expect(await itemsOf(client, options.table)).toHaveLength(1 + 3);
  });

  it("is read by those who do not split, too", async () => {
    const options = await emptyTable();
    const stored = entry("", { payload: filledWith(3) });
    await dynamodb(options).write("key", stored);
    const plain = dynamodb({ ...options, chunking: false });
    expectSame(await plain.read("key"), stored);
    await plain.remove("key");
    expect(await itemsOf(client, options.table)).toEqual([]);
  });

  it("of more than 37.5 MiB is too large, and so is one with more tags than an item can hold", async () => {
    const options = await emptyTable();
    const cache = cacheBackend(dynamodb(options));
    const large = await failureOf(() => cache.set("key", cacheValue("x".repeat(40 * 1024 * 1024))));
    expect(large.code).toBe("too-large");
    const tags = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(50_000, "x"));
    const tagged = await failureOf(() => cache.set("key", cacheValue("small", { tags })));
    expect(tagged.code).toBe("too-large");
    expect(await itemsOf(client, options.table)).toEqual([]);
  });
});
