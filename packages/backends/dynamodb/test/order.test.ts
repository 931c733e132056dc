import { setTimeout as wait } from "node:timers/promises";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { type DynamoDbServer, startDynalite } from "@hitbox/test-servers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable } from "../src/index.ts";
import { dynamodb } from "./patient.ts";
import { clientOf, commandsOf, fresh, tamperWith } from "./support.ts";

const table = "order";
let server: DynamoDbServer;
beforeAll(async () => {
  server = await startDynalite();
  await createTable(clientOf(server), { table });
});
afterAll(() => server.close());

/** A tier whose n-th request takes so many milliseconds to get to the server. */
function slowed(...delays: readonly number[]): ReturnType<typeof cacheBackend> {
  const client = clientOf(server);
  let sent = 0;
  tamperWith(client, async (_, send) => {
    await wait(delays[sent++] ?? 0);
    return send();
  });
  return cacheBackend(dynamodb({ client, table, prefix: fresh("order"), timeout: 20_000 }));
}

test("changes of a key are done in the order in which they were asked for, however slow the first", async () => {
  const cache = slowed(80);
  await Promise.all([
    cache.set("key", cacheValue(1)),
    cache.delete("key"),
    cache.set("key", cacheValue(2)),
    cache.setMany([
      ["key", cacheValue(3)],
      ["other", cacheValue(3)],
    ]),
  ]);
  expect((await cache.get("key"))?.data).toBe(3);
});

test("a change that has failed holds up none that comes after it", async () => {
  const client = clientOf(server, { maxAttempts: 1 });
  tamperWith(client, (name, send, count) =>
    name === "PutItem" && count === 1 ? Promise.reject(new Error("broken")) : send(),
  );
  const cache = cacheBackend(dynamodb({ client, table, prefix: fresh("order") }));
  const [failed, done] = await Promise.allSettled([
    cache.set("key", cacheValue(1)),
    cache.set("key", cacheValue(2)),
  ]);
  expect([failed?.status, done?.status]).toEqual(["rejected", "fulfilled"]);
  expect((await cache.get("key"))?.data).toBe(2);
});

test("changes of different keys do not wait for each other", async () => {
  const cache = slowed(1_000);
  const ended: string[] = [];
  const slow = Promise.resolve(cache.set("slow", cacheValue(1))).then(() => ended.push("slow"));
  await cache.set("fast", cacheValue(2));
  ended.push("fast");
  await slow;
  expect(ended).toEqual(["fast", "slow"]);
});

test("a client that is given is used as it is, and is not closed", async () => {
  const client = clientOf(server);
  const before = client.middlewareStack.identify();
  const cache = cacheBackend(dynamodb({ client, table, prefix: fresh("order") }));
  await cache.set("key", cacheValue(1));
  await cache.close();
  expect(client.middlewareStack.identify()).toEqual(before);
  const commands = commandsOf(client);
  await dynamodb({ client, table }).read("key");
  expect(commands).toEqual(["GetItem"]);
});
