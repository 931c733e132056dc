import { cacheBackend, cacheValue } from "@hitbox/core";
import { startProxy } from "@hitbox/test-servers";
import { until } from "@hitbox/test-support";
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
  await backend.get("a");
  proxy.pass({ late: 400 });
  expect((await failureOf(() => backend.set("a", cacheValue("late")))).code).toBe("timeout");
  proxy.pass("at once");
  await until(async () => {
    await backend.set("a", cacheValue("newer"));
    return true;
  });
  expect((await backend.get("a"))?.data).toBe("newer");
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
