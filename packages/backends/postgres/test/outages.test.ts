import { cacheBackend, cacheValue } from "@hitbox/core";
import { startProxy } from "@hitbox/test-servers";
import { succeeds, until } from "@hitbox/test-support";
import pg from "pg";
import { expect, it } from "vitest";
import { createTable, postgres } from "../src/index.ts";
import { FAR_DEADLINE, failureOf, freshTable, useServer } from "./support.ts";

const { url, client, server } = useServer();

async function madeTable(): Promise<string> {
  const table = freshTable();
  await createTable({ client: client(), table, kind: "logged" });
  return table;
}

it("fails as `timeout` at a silent server, whose late write lands on no newer one", async () => {
  const table = await madeTable();
  const proxy = await startProxy(server().port);
  const through = url().replace(/:\d+\//, `:${proxy.port}/`);
  const backend = cacheBackend(postgres({ url: through, table, timeout: 300 }));
  await until(succeeds(() => backend.get("a")));
  proxy.pass({ late: 1_200 });
  expect((await failureOf(() => backend.set("a", cacheValue("late")))).code).toBe("timeout");
  proxy.pass("at once");
  await until(succeeds(() => backend.set("a", cacheValue("newer"))));
  await until(succeeds(async () => expect((await backend.get("a"))?.data).toBe("newer")));
  await backend.close();
  await proxy.close();
});

it("closes at a silent server", async () => {
  const table = await madeTable();
  const proxy = await startProxy(server().port);
  const through = url().replace(/:\d+\//, `:${proxy.port}/`);
  const backend = cacheBackend(postgres({ url: through, table, timeout: 50 }));
  proxy.pass({ late: 600_000 });
  await failureOf(() => backend.get("a"));
  await backend.close();
  await proxy.close();
});

it("fails as `timeout` if a silent server takes no new connection", async () => {
  const proxy = await startProxy(server().port);
  proxy.pass({ late: 600_000 });
  const through = url().replace(/:\d+\//, `:${proxy.port}/`);
  const pool = new pg.Pool({ connectionString: through, connectionTimeoutMillis: 50 });
  const backend = cacheBackend(postgres({ client: pool, timeout: FAR_DEADLINE }));
  expect((await failureOf(() => backend.get("a"))).code).toBe("timeout");
  await backend.close();
  await pool.end();
  await proxy.close();
});

it("fails as `timeout` if all connections of a pool are in use", async () => {
  const pool = new pg.Pool({ connectionString: url(), max: 1 });
  const inUse = await pool.connect();
  pool.options.connectionTimeoutMillis = 50;
  const backend = cacheBackend(postgres({ client: pool, timeout: FAR_DEADLINE }));
  expect((await failureOf(() => backend.get("a"))).code).toBe("timeout");
  inUse.release();
  await backend.close();
  await pool.end();
});

it("says how to make a table that is missing", async () => {
  const backend = cacheBackend(postgres({ client: client(), table: "missing", timeout: FAR_DEADLINE }));
  const { error } = await failureOf(() => backend.get("a"));
  expect(error.message).toContain('there is no table "missing". Make it by `createTable`');
});

it("fails as `unavailable` if it may only read, and reads on", async () => {
  const table = await madeTable();
  const own = `${url()}?options=-c%20default_transaction_read_only%3Don`;
  const backend = cacheBackend(postgres({ url: own, table, timeout: FAR_DEADLINE }));
  expect(await backend.get("a")).toBeUndefined();
  expect((await failureOf(() => backend.set("a", cacheValue(1)))).code).toBe("unavailable");
  await backend.close();
});

it("fails as `unavailable` if the disk is full, changes nothing, and works when there is room", async () => {
  const table = await madeTable();
  const backend = cacheBackend(postgres({ client: client(), table, timeout: FAR_DEADLINE }));
  await backend.set("a", cacheValue("before"));
  await client().query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON "${table}" EXECUTE FUNCTION full_disk()`);
  const both = ["a", "b"].map((key) => [key, cacheValue("during")] as const);
  for (const fails of [() => backend.set("a", cacheValue("during")), () => backend.setMany(both)])
    expect((await failureOf(fails)).code).toBe("unavailable");
  expect((await backend.get("a"))?.data).toBe("before");
  await client().query(`DROP TRIGGER full_disk ON "${table}"`);
  await backend.set("a", cacheValue("after"));
  expect((await backend.get("a"))?.data).toBe("after");
});

it("fails as `internal` at a table that is dropped, and works when it is made anew", async () => {
  const table = await madeTable();
  const backend = cacheBackend(postgres({ client: client(), table, timeout: FAR_DEADLINE }));
  await backend.set("a", cacheValue(1));
  await client().query(`DROP TABLE "${table}"`);
  for (const fails of [() => backend.get("a"), () => backend.set("a", cacheValue(1)), () => backend.clear()])
    expect((await failureOf(fails)).code).toBe("internal");
  await createTable({ client: client(), table });
  await backend.set("a", cacheValue(2));
  expect((await backend.get("a"))?.data).toBe(2);
});

it("fails as `unavailable` if there are too many connections, and works when one is free", async () => {
  const table = await madeTable();
  await client().query(`CREATE ROLE limited LOGIN CONNECTION LIMIT 0; GRANT ALL ON "${table}" TO limited`);
  const own = url().replace("hitbox@", "limited@");
  const backend = cacheBackend(postgres({ url: own, table, timeout: FAR_DEADLINE }));
  expect((await failureOf(() => backend.get("a"))).code).toBe("unavailable");
  await client().query("ALTER ROLE limited CONNECTION LIMIT 5");
  expect(await backend.get("a")).toBeUndefined();
  await backend.close();
});

it("works on if the password changes, until it has to connect, and shows neither password", async () => {
  const table = await madeTable();
  await client().query(`CREATE ROLE secured LOGIN PASSWORD 'secret-1'; GRANT ALL ON "${table}" TO secured`);
  const own = url().replace("hitbox@", "secured:secret-1@");
  const open = (at: string) =>
    cacheBackend(postgres({ url: at, table, timeout: FAR_DEADLINE, onWarning: () => {} }));
  const backend = open(own);
  await backend.set("a", cacheValue(1));
  await client().query("ALTER ROLE secured PASSWORD 'secret-2'");
  expect((await backend.get("a"))?.data).toBe(1);
  await client().query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'secured'");
  // The first one may find that its connection has broken.
  await until(async () => (await failureOf(() => backend.get("a"))).code === "internal");
  const { error } = await failureOf(() => backend.get("a"));
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    expect(JSON.stringify(each) + each.message + each.stack).not.toContain("secret");
  const rotated = open(own.replace("secret-1", "secret-2"));
  expect((await rotated.get("a"))?.data).toBe(1);
  await Promise.all([backend.close(), rotated.close()]);
});

it("fails at a refused login without showing the password", async () => {
  await client().query("CREATE ROLE nobody");
  const own = url().replace("hitbox@", "nobody:secret@");
  const backend = cacheBackend(postgres({ url: own, timeout: FAR_DEADLINE }));
  const { error } = await failureOf(() => backend.get("a"));
  expect(error.message).toContain("nobody");
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    expect(JSON.stringify(each) + each.message + each.stack).not.toContain("secret");
  await backend.close();
});

it("fails as `connection` while the server is away, and works when it is back", async () => {
  const table = await madeTable();
  const backend = cacheBackend(postgres({ url: url(), table, timeout: FAR_DEADLINE, onWarning: () => {} }));
  await backend.set("a", cacheValue("before"));
  await server().kill();
  for (let time = 0; time < 3; time++)
    expect((await failureOf(() => backend.get("a"))).code).toBe("connection");
  await server().restart();
  await backend.set("a", cacheValue("after"));
  expect((await backend.get("a"))?.data).toBe("after");
  await backend.close();
});
