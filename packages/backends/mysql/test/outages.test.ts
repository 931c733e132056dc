import { cacheBackend, cacheValue } from "@hitbox/core";
import { startProxy } from "@hitbox/test-servers";
import { succeeds, until } from "@hitbox/test-support";
import { createConnection } from "mysql2/promise";
import { expect, it, onTestFinished } from "vitest";
import { createTable, type MysqlOptions, mysql } from "../src/index.ts";
import { FAR_DEADLINE, failureOf, freshTable, useServer } from "./support.ts";

const { url, client, server } = useServer(["max-allowed-packet=1M"]);

async function made(options: Partial<MysqlOptions> = {}) {
  const table = freshTable();
  await createTable({ client: client(), table });
  return { table, backend: opened({ table, ...options }) };
}

function opened(options: Partial<MysqlOptions>) {
  const defaults = { timeout: FAR_DEADLINE, onWarning: () => {}, ...(!options.client && { url: url() }) };
  const backend = cacheBackend(mysql({ ...defaults, ...options }));
  onTestFinished(() => backend.close());
  return backend;
}

async function statusOf(name: string): Promise<number> {
  const [rows] = await client().query("SHOW GLOBAL STATUS LIKE ?", [name]);
  return Number((rows as { Value: string }[])[0]?.Value);
}

function withoutSecret(error: unknown): void {
  for (let each = error; each instanceof Error; each = each.cause)
    expect(JSON.stringify(each) + each.message + each.stack).not.toContain("secret");
}

it("fails as `timeout` at a silent server, whose late write lands on no newer one", async () => {
  const proxy = await startProxy(server().port);
  const through = url().replace(/:\d+\//, `:${proxy.port}/`);
  const { backend } = await made({ url: through, timeout: 300 });
  await until(succeeds(() => backend.get("a")));
  proxy.pass({ late: 1_200 });
  expect((await failureOf(() => backend.set("a", cacheValue("late")))).code).toBe("timeout");
  proxy.pass("at once");
  await until(succeeds(() => backend.set("a", cacheValue("newer"))));
  await until(succeeds(async () => expect((await backend.get("a"))?.data).toBe("newer")));
  await proxy.close();
});

it("says how to make a table that is missing, and works when it is made", async () => {
  const { table, backend } = await made();
  await client().query(`DROP TABLE ${table}`);
  for (const fails of [
    () => backend.get("a"),
    () => backend.set("a", cacheValue(1)),
    () => backend.clear(),
  ]) {
    const { code, error } = await failureOf(fails);
    expect(code).toBe("internal");
    expect(error.message).toContain(`there is no table "${table}". Make it by \`createTable\``);
  }
  await createTable({ client: client(), table });
  await backend.set("a", cacheValue(2));
  expect((await backend.get("a"))?.data).toBe(2);
});

it("fails as `unavailable` if it may only read, and reads on", async () => {
  const { table, backend } = await made();
  await backend.set("a", cacheValue("before"));
  // Root may write all the same.
  await client().query("CREATE USER reader");
  await client().query(`GRANT SELECT, INSERT, UPDATE, DELETE ON test.${table} TO reader`);
  const reader = opened({ table, url: url().replace("root@", "reader@") });
  await client().query("SET GLOBAL read_only = ON");
  try {
    expect((await reader.get("a"))?.data).toBe("before");
    for (const fails of [() => reader.set("a", cacheValue(1)), () => reader.deleteMany(["a"])])
      expect((await failureOf(fails)).code).toBe("unavailable");
  } finally {
    await client().query("SET GLOBAL read_only = OFF");
  }
  await reader.set("a", cacheValue("after"));
  expect((await reader.get("a"))?.data).toBe("after");
});

it("fails as `unavailable` if there are too many connections, and works when one is free", async () => {
  const { table } = await made();
  await client().query("CREATE USER limited WITH MAX_USER_CONNECTIONS 1");
  await client().query(`GRANT SELECT ON test.${table} TO limited`);
  const own = url().replace("root@", "limited@");
  const first = await createConnection(own);
  const backend = opened({ table, url: own });
  expect((await failureOf(() => backend.get("a"))).code).toBe("unavailable");
  await first.end();
  await until(succeeds(() => backend.get("a")));
});

it("works on if the password changes, until it has to connect, and shows neither password", async () => {
  const { table } = await made();
  await client().query("CREATE USER secured IDENTIFIED BY 'secret-1'");
  await client().query(`GRANT SELECT, INSERT, UPDATE ON test.${table} TO secured`);
  const at = (password: string) => url().replace("root@", `secured:${password}@`);
  const backend = opened({ table, url: at("secret-1") });
  await backend.set("a", cacheValue(1));
  await client().query("ALTER USER secured IDENTIFIED BY 'secret-2'");
  expect((await backend.get("a"))?.data).toBe(1);
  await client().query("KILL USER secured");
  // The first one may find that its connection has broken.
  await until(async () => (await failureOf(() => backend.get("a"))).code === "internal");
  withoutSecret((await failureOf(() => backend.get("a"))).error);
  const rotated = opened({ table, url: at("secret-2") });
  expect((await rotated.get("a"))?.data).toBe(1);
});

it("fails as `too-large` for an entry over a packet, and splits a batch over a packet", async () => {
  const { table, backend } = await made();
  const half = (letter: string) => cacheValue(letter.repeat(300_000));
  const { code, error } = await failureOf(() => backend.set("a", cacheValue("x".repeat(600_000))));
  expect([code, error.message]).toEqual(["too-large", expect.stringContaining("max_allowed_packet")]);
  const keys = ["a", "b", "c", "d"];
  await backend.setMany(keys.map((key) => [key, half(key)] as const));
  for (const key of keys) expect((await backend.get<string>(key))?.data).toBe(half(key).data);
  const { fence } = await backend.lease("a", 1_000);
  expect(await backend.setFenced("a", half("z"), fence)).toBe(true);
  expect((await client().query(`SELECT COUNT(*) AS rows_ FROM ${table}`))[0]).toEqual([{ rows_: 4 }]);
});

it("sends a statement again that the server has undone for a deadlock", async () => {
  const { table, backend } = await made();
  const keys = ["a", "b"];
  await backend.setMany(keys.map((key) => [key, cacheValue("old")] as const));
  const rival = await createConnection(url());
  await rival.query("BEGIN");
  // The server undoes the transaction that has changed less.
  await rival.query(`UPDATE ${table} SET until = 1 WHERE \`key\` = 'b'`);
  await rival.query(`INSERT INTO ${table} SELECT CONCAT('more', seq), 'x', 1, 'x' FROM seq_1_to_50`);
  const written = backend.setMany(keys.map((key) => [key, cacheValue("new")] as const));
  await until(async () => (await statusOf("Innodb_row_lock_current_waits")) === 1);
  await rival.query(`UPDATE ${table} SET until = 1 WHERE \`key\` = 'a'`);
  await rival.query("ROLLBACK");
  await rival.end();
  await written;
  expect(await statusOf("Innodb_deadlocks")).toBeGreaterThan(0);
  for (const key of keys) expect((await backend.get(key))?.data).toBe("new");
});

it("fails as `connection` while the server is away, and works when it is back", async () => {
  const { backend } = await made();
  await backend.set("a", cacheValue("before"));
  await server().kill();
  for (let time = 0; time < 3; time++)
    expect((await failureOf(() => backend.get("a"))).code).toBe("connection");
  await server().restart();
  await backend.set("a", cacheValue("after"));
  expect((await backend.get("a"))?.data).toBe("after");
});
