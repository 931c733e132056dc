import { cacheBackend, cacheValue } from "@hitbox/core";
import { collected, testClock, until } from "@hitbox/test-support";
import * as byCallbacks from "mysql2";
import { createConnection, createPool } from "mysql2/promise";
import { expect, it } from "vitest";
import { createTable, mysql, tableSql } from "../src/index.ts";
import { entry, FAR_DEADLINE, freshTable, useServer } from "./support.ts";

const { url, client } = useServer();

async function made(options: object = {}) {
  const table = freshTable();
  await createTable({ client: client(), table });
  const backend = mysql({ client: client(), table, timeout: FAR_DEADLINE, ...options });
  const rows = async () =>
    (
      await client().query(`SELECT CONVERT(\`key\` USING utf8mb4) AS \`key\`, until FROM ${table} ORDER BY 1`)
    )[0];
  return { table, backend, rows };
}

const ends = (expiresAt?: number) => entry("value", { expiresAt });

it("keeps nothing of an older end when an entry is written anew", async () => {
  const { backend, rows } = await made();
  await backend.write("a", ends(2_000_000_000_000));
  await backend.write("a", ends());
  await backend.writeMany?.([["b", ends(2_000_000_000_000)]]);
  await backend.writeMany?.([["b", ends()]]);
  expect(await rows()).toEqual([
    { key: "a", until: null },
    { key: "b", until: null },
  ]);
});

it("sweeps entries a minute after their end, in steps, and no others", async () => {
  const clock = testClock(1_000_000);
  const { backend, rows } = await made({ now: clock.now, sweepInterval: 1 });
  const keys = Array.from({ length: 1_200 }, (_, index) => `ends-${index}`);
  await backend.writeMany?.(keys.slice(0, 1_000).map((key) => [key, ends(1_000_100)]));
  await backend.writeMany?.(keys.slice(1_000).map((key) => [key, ends(1_000_100)]));
  await backend.write("ends later", ends(1_000_101));
  await backend.write("stays", ends());
  await backend.write("ends-7", ends(1_000_500));
  clock.advance(100 + 60_000);
  await until(async () => ((await rows()) as unknown[]).length <= 3);
  expect(await rows()).toMatchObject([{ key: "ends later" }, { key: "ends-7" }, { key: "stays" }]);
  await backend.close?.();
});

it("keeps keys apart that differ by a NUL, by case or by a letter, and lists them page by page", async () => {
  const keys = ["a", "a\0", "a\0b", "A", "%", "_", "'", "\\", '"', "é", "\uffff", "😀", "x".repeat(2_500)];
  const backend = cacheBackend((await made()).backend);
  await backend.setMany(keys.map((key) => [key, cacheValue(key)] as const));
  const found = await backend.getMany<string>(keys);
  expect(found.map((value) => value?.data)).toEqual(keys);
  const listed = (await collected(backend.keys({ pageSize: 2 }))).flat();
  expect(listed.toSorted()).toEqual(keys.toSorted());
  expect((await collected(backend.keys({ prefix: "a\0" }))).flat()).toEqual(["a\0", "a\0b"]);
  expect((await collected(backend.keys({ prefix: "%" }))).flat()).toEqual(["%"]);
});

it("clears a table in steps", async () => {
  const { backend, rows } = await made();
  const keys = Array.from({ length: 1_000 }, (_, index) => `key-${index}`);
  await backend.writeMany?.(keys.map((key) => [key, ends()]));
  await backend.clear?.();
  expect(await rows()).toEqual([]);
});

it("writes batches in opposite orders at once without a deadlock", async () => {
  const { table } = await made();
  const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`);
  const both = [keys, keys.toReversed()].map((order) => {
    const backend = mysql({ url: url(), table, timeout: FAR_DEADLINE, connections: 2 });
    return { backend, order };
  });
  for (let round = 0; round < 10; round++)
    await Promise.all(
      both.map(async ({ backend, order }) => {
        await backend.writeMany?.(order.map((key) => [key, ends()]));
        await backend.removeMany?.(order);
      }),
    );
  for (const { backend } of both) await backend.close?.();
});

it("makes a table that many begin to make at once, which a migration may have made", async () => {
  const table = freshTable();
  await Promise.all(Array.from({ length: 8 }, () => createTable({ url: url(), table })));
  await client().query(tableSql(table));
  const [rows] = await client().query("SHOW TABLE STATUS LIKE ?", [table]);
  expect(rows).toMatchObject([{ Engine: "InnoDB", Row_format: "Dynamic" }]);
});

it("closes no client that it was given", async () => {
  const { backend } = await made();
  await backend.write("a", ends());
  await backend.close?.();
  expect((await client().query("SELECT 1 AS one"))[0]).toEqual([{ one: 1 }]);
});

it("takes a connection, a pool and both by callbacks, whatever their settings", async () => {
  const table = (await made()).table;
  const settings = { uri: url(), rowsAsArray: true, namedPlaceholders: true, flags: ["-FOUND_ROWS"] };
  const pools = [createPool(settings), byCallbacks.createPool(settings)];
  const connections = [await createConnection(settings), byCallbacks.createConnection(settings)];
  for (const given of [...pools, ...connections]) {
    const backend = cacheBackend(mysql({ client: given, table, timeout: FAR_DEADLINE }));
    await backend.set("key", cacheValue("value"));
    expect((await backend.get("key"))?.data).toBe("value");
    const { fence } = await backend.lease("key", 1_000);
    expect(await backend.setFenced("key", cacheValue("fenced"), fence)).toBe(true);
    expect(await backend.setFenced("key", cacheValue("late"), fence)).toBe(false);
    expect(await backend.deleteMany(["key", "none"])).toEqual([
      { status: "deleted", count: 1 },
      { status: "missing" },
    ]);
  }
  for (const pool of pools) await ("promise" in pool ? pool.promise() : pool).end();
  for (const connection of connections)
    await ("promise" in connection ? connection.promise() : connection).end();
});
