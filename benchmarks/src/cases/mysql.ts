import { cacheBackend, cacheValue, decodeEnvelope, json } from "@hitbox/core";
import { createTable, mysql } from "@hitbox/mysql";
import { startMariaDb } from "@hitbox/test-servers";
import { createPool } from "mysql2/promise";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 2_000;
const TOGETHER = 100;
const keyAt = keysOf(ENTRIES);
const format = json();

type Read = (key: string) => Promise<User | undefined>;

/** One read at a time, and 100 that begin together, against the same by hand over a pool of the same size. */
export async function mysqlReads(measure: (comparison: Comparison) => Promise<void>): Promise<void> {
  const server = await startMariaDb();
  const pool = createPool({ uri: server.url });
  await createTable({ client: pool });
  const backend = cacheBackend(mysql({ client: pool, timeout: 20_000 }));
  const ids = Array.from({ length: ENTRIES }, (_, id) => id);
  await backend.setMany(ids.map((id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const));
  await pool.query("ANALYZE TABLE hitbox");
  const byHand: Read = async (key) => {
    const [rows] = await pool.query("SELECT value FROM hitbox WHERE `key` = ?", [Buffer.from(key)]);
    const [row] = rows as { readonly value: Buffer }[];
    return row && (format.deserialize(decodeEnvelope(row.value).payload) as User);
  };
  const typed: Read = async (key) => (await backend.get<User>(key))?.data;
  try {
    await measure({
      name: "MariaDB, one read at a time",
      ...sides(alone, byHand, typed),
      ...{ ratio: "time", goal: 1.1, count: 250, rounds: 101 },
    });
    await measure({
      name: `MariaDB, ${TOGETHER} concurrent reads`,
      ...sides(together, byHand, typed),
      ...{ ratio: "throughput", goal: 3, count: 1_000, rounds: 51 },
    });
  } finally {
    await backend.close();
    await pool.end();
    await server.close();
  }
}

type Way = (read: Read) => (count: number) => Promise<void>;

function sides(way: Way, byHand: Read, typed: Read): Pick<Comparison, "baseline" | "subject"> {
  return {
    baseline: { name: "mysql2 query + decode", run: way(byHand) },
    subject: { name: "typed get", run: way(typed) },
  };
}

const alone: Way = (read) => async (count) => {
  for (let step = 0; step < count; step++) check(await read(keyAt(step)));
};

const together: Way = (read) => async (count) => {
  for (let done = 0; done < count; done += TOGETHER) {
    const keys = Array.from({ length: TOGETHER }, (_, index) => keyAt(done + index));
    for (const value of await Promise.all(keys.map(read))) check(value);
  }
};

function check(value: User | undefined): void {
  if (value?.roles.length !== 2) throw new Error("a read came back wrong");
}
