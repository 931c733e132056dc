import { setTimeout as wait } from "node:timers/promises";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { type DynamoDbServer, startDynalite, startDynamoDbLocal } from "@hitbox/test-servers";
import { quickly } from "@hitbox/test-support";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, type DynamoDbOptions, UnprocessedItemsError } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, failureOf, fresh, itemsOf, SERVERS, tamperWith } from "./support.ts";

const table = "large-batches";

function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `key${index}`);
}

const entriesOf = (keys: readonly string[]) => keys.map((key) => [key, cacheValue(key)] as const);

// CI runs the last server alone, `npm run test:long` runs both.
describe.each(quickly(SERVERS, 1))("a batch of thousands of keys, $name", ({ start }) => {
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await start();
    await createTable(clientOf(server), { table });
  }, 60_000);
  afterAll(() => server.close());

  it.each([8_000])(
    "is set, read and deleted as a whole: %i keys",
    async (count) => {
      const options = { client: clientOf(server), table, prefix: fresh("large"), timeout: 8_000 };
      const cache = cacheBackend(dynamodb(options));
      const keys = keysOf(count);
      await cache.setMany(entriesOf(keys));
      const read = await cache.getMany<string>([...keys, "none"]);
      expect(read.map((value) => value?.data)).toEqual([...keys, undefined]);
      const deleted = await cache.deleteMany([...keys, "none"]);
      expect(deleted).toEqual([...keys.map(() => ({ status: "deleted", count: 1 })), { status: "missing" }]);
      expect((await cache.getMany(keys)).every((value) => value === undefined)).toBe(true);
    },
    120_000,
  );

  it("leaves no parts of the entries that it replaces and removes", async () => {
    const client = clientOf(server);
    const options = { client, table, prefix: fresh("large"), chunking: true, timeout: 20_000 };
    const cache = cacheBackend(dynamodb(options));
    const large = "x".repeat(500_000);
    const [replaced, removed] = [keysOf(30), keysOf(32)];
    await cache.setMany(["key3", "key31"].map((key) => [key, cacheValue(large)]));
    await cache.setMany(entriesOf(replaced));
    await cache.deleteMany(removed);
    const places = (await itemsOf(client, table)).map((item) => item.pk?.S ?? "");
    expect(places.filter((place) => place.startsWith(options.prefix))).toEqual([]);
  }, 60_000);
});

describe("a batch over a slow network", () => {
  const DELAY = 300;
  const TIMEOUT = 4_000;
  let server: DynamoDbServer;
  beforeAll(async () => {
    server = await startDynalite();
    await createTable(clientOf(server), { table });
  });
  afterAll(() => server.close());

  /** A tier whose requests take `DELAY`, and the largest number of them that was under way at once. */
  function slow(options: Partial<DynamoDbOptions> = {}): { cache: CacheBackend; most: () => number } {
    const client = clientOf(server);
    let [underWay, most] = [0, 0];
    tamperWith(client, async (_, send) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await wait(DELAY);
      return send().finally(() => {
        underWay -= 1;
      });
    });
    const tier = dynamodb({ client, table, prefix: fresh("slow"), timeout: TIMEOUT, ...options });
    return { cache: cacheBackend(tier), most: () => most };
  }

  it("takes as long as it needs, with a deadline for each request and a bound on the requests at once", async () => {
    const { cache, most } = slow();
    const keys = keysOf(4_000);
    await cache.setMany(entriesOf(keys));
    await cache.deleteMany(keys);
    expect(most()).toBe(16);
  }, 60_000);

  it("lets a read of another caller through at once", async () => {
    const { cache } = slow();
    let isOver = false;
    const batch = Promise.resolve(cache.setMany(entriesOf(keysOf(1_000)))).then(() => {
      isOver = true;
    });
    await cache.get("other");
    expect(isOver).toBe(false);
    await batch;
  }, 60_000);

  it("answers for the keys of a small one exactly, in one round trip", async () => {
    const { cache } = slow();
    await cache.setMany(entriesOf(["a", "b"]));
    const both = await Promise.all([cache.deleteMany(["a", "none"]), cache.deleteMany(["a", "b"])]);
    const found = both.flat().filter(({ status }) => status === "deleted");
    expect(found).toHaveLength(2);
  });
});

describe("a batch whose server stops answering", () => {
  const TIMEOUT = 3_000;

  it("fails within a deadline or so, and says how much is left", async () => {
    const server = await startDynamoDbLocal();
    try {
      const client = clientOf(server);
      await createTable(client, { table });
      const prefix = fresh("stopped");
      const keys = keysOf(3_000);
      await cacheBackend(dynamodb({ client, table, prefix, timeout: 20_000 })).setMany(entriesOf(keys));
      let requests = 0;
      tamperWith(client, (_, send) => {
        requests += 1;
        if (requests === 20) server.stop();
        return send();
      });
      const cache = cacheBackend(dynamodb({ client, table, prefix, timeout: TIMEOUT }));
      const { code, error, ms } = await failureOf(() => cache.deleteMany(keys));
      expect(code).toBe("timeout");
      expect(error.cause).toBeInstanceOf(UnprocessedItemsError);
      const { left, total } = error.cause as UnprocessedItemsError;
      expect(total).toBe(3_000);
      expect(left).toBeGreaterThan(1_000);
      expect(error.message).toContain(`${left} of 3000 items were left unprocessed`);
      expect(ms).toBeLessThan(5 * TIMEOUT);
      server.resume();
      const there = await cacheBackend(dynamodb({ client, table, prefix, timeout: 20_000 })).getMany(keys);
      expect(there.filter((value) => value !== undefined).length).toBeLessThanOrEqual(left);
    } finally {
      await server.close();
    }
  }, 60_000);
});
