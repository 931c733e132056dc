import { cacheBackend, cacheValue } from "@hitbox/core";
import { succeeds, until } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { createTable, mysql } from "../src/index.ts";
import { FAR_DEADLINE, failureOf, freshTable, useServer } from "./support.ts";

const { url, client } = useServer();

/** Connections of the user of a backend. */
async function connections(): Promise<unknown> {
  const list = "SELECT GROUP_CONCAT(id ORDER BY id) AS ids FROM information_schema.processlist";
  const [[row]] = (await client().query(`${list} WHERE user = 'shop'`)) as unknown as [{ ids: string }[]];
  return row?.ids;
}

it("leaves a server that has become read-only, as the primary before a failover does", async () => {
  const table = freshTable();
  await createTable({ client: client(), table });
  await client().query("CREATE USER shop IDENTIFIED BY 'secret'");
  await client().query(`GRANT SELECT, INSERT, UPDATE, DELETE ON test.${table} TO shop`);
  const address = url().replace("root@", "shop:secret@");
  const tier = cacheBackend(mysql({ url: address, table, timeout: FAR_DEADLINE }));
  const entry = cacheValue("v");
  // Two connections: the idle one is left as well.
  await Promise.all([tier.set("a", entry), tier.set("b", entry)]);
  const before = await connections();
  await client().query("SET GLOBAL read_only = 1");
  expect((await failureOf(() => tier.set("a", entry))).code).toBe("unavailable");
  await Promise.allSettled([tier.get("a"), tier.get("b"), tier.delete("none")]);
  const after = `${await connections()}`.split(",");
  for (const id of `${before}`.split(",")) expect(after).not.toContain(id);
  await client().query("SET GLOBAL read_only = 0");
  await until(succeeds(() => tier.set("a", entry)));
  await tier.close();
});
