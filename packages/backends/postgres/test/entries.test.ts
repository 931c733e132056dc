import { cacheBackend, cacheValue } from "@hitbox/core";
import { collected, testClock, until } from "@hitbox/test-support";
import pg from "pg";
import { expect, it } from "vitest";
import { createTable, postgres, tableSql } from "../src/index.ts";
import { entry, FAR_DEADLINE, freshTable, useServer } from "./support.ts";

const { url, client } = useServer();

async function made(options: object = {}) {
  const table = freshTable();
  await createTable({ client: client(), table });
  const backend = postgres({ client: client(), table, timeout: FAR_DEADLINE, ...options });
  const rows = async () =>
    (await client().query(`SELECT encode(key, 'escape') AS key, until::float8 FROM "${table}" ORDER BY key`))
      .rows;
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
  await until(async () => (await rows()).length <= 3);
  expect(await rows()).toMatchObject([{ key: "ends later" }, { key: "ends-7" }, { key: "stays" }]);
  await backend.close?.();
});

it("leases, lists and sweeps by a clock that has fractions of milliseconds", async () => {
  const clock = testClock(1_000_000.25);
  const { backend, rows } = await made({ now: clock.now, sweepInterval: 1 });
  await backend.write("ends", ends(1_000_100));
  expect(await backend.lease?.("leased", 1_000)).toMatchObject({ granted: true });
  expect((await collected(cacheBackend(backend).keys())).flat()).toContain("ends");
  clock.advance(100 + 60_000);
  await until(async () => !(await rows()).some(({ key }) => key === "ends"));
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
    const backend = postgres({ url: url(), table, timeout: FAR_DEADLINE, connections: 2 });
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
  const { rows } = await client().query("SELECT relpersistence FROM pg_class WHERE relname = $1", [table]);
  expect(rows).toEqual([{ relpersistence: "u" }]);
});

it("makes a table with a log if that is wanted", async () => {
  const table = freshTable();
  await createTable({ client: client(), table, kind: "logged" });
  const { rows } = await client().query("SELECT relpersistence FROM pg_class WHERE relname = $1", [table]);
  expect(rows).toEqual([{ relpersistence: "p" }]);
});

it("closes no client that it was given", async () => {
  const { backend } = await made();
  await backend.write("a", ends());
  await backend.close?.();
  expect((await client().query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});

it.each([
  ["answers in binary", { binary: true }],
  ["parses bytea by itself", { types: { getTypeParser: () => String } }],
])("refuses what it reads by a client that %s", async (_, settings) => {
  const { table, backend } = await made();
  await backend.write("a", ends());
  const pool = new pg.Pool({ connectionString: url(), max: 1, ...(settings as object) });
  const other = postgres({ client: pool, table, timeout: FAR_DEADLINE });
  const refused = expect.objectContaining({ code: "unsupported", message: expect.stringContaining("bytea") });
  await expect(async () => other.read("a")).rejects.toEqual(refused);
  await expect(async () => other.readMany?.(["a", "b"])).rejects.toEqual(refused);
  await pool.end();
});
