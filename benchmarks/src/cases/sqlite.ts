import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CacheValue, cacheBackend, cacheValue, decodeEnvelope, json } from "@hitbox/core";
import { type SqliteDriver, sqlite } from "@hitbox/sqlite";
import { DatabaseSync as AlikeOnNode20 } from "@photostructure/sqlite";
import type { Comparison } from "../compare.ts";
import { keysOf, TTL, type User, user } from "../workload.ts";

const ENTRIES = 2_000;
const keyAt = keysOf(ENTRIES);
const format = json();

const builtIn = process.getBuiltinModule("node:sqlite") as { DatabaseSync: SqliteDriver } | undefined;
const driver = builtIn?.DatabaseSync ?? AlikeOnNode20;

/** One read at a time, against the same by hand on a connection of its own. */
export async function sqliteReads(measure: (comparison: Comparison) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hitbox-bench-"));
  const path = join(folder, "cache.db");
  const backend = cacheBackend(sqlite({ path, driver }));
  const ids = Array.from({ length: ENTRIES }, (_, id) => id);
  await backend.setMany(ids.map((id) => [`user:v3:id=${id}`, cacheValue(user(id), { ttl: TTL })] as const));
  const database = new driver(path);
  const statement = database.prepare("SELECT value FROM hitbox WHERE key = ?");
  const byHand = (key: string): User => {
    const row = statement.get(Buffer.from(key)) as { value: Uint8Array };
    return format.deserialize(decodeEnvelope(row.value).payload) as User;
  };
  try {
    await measure({
      name: "SQLite, one read at a time",
      baseline: { name: "prepared get + decode", run: (count) => alone(count, byHand, (user) => user) },
      subject: {
        name: "typed get",
        run: (count) => alone(count, (key) => backend.get<User>(key), dataOf),
      },
      ...{ ratio: "time", goal: 1.1, count: 2_000, rounds: 101 },
    });
  } finally {
    database.close();
    await backend.close();
    rmSync(folder, { recursive: true });
  }
}

/** Each side waits once for a read: the answer is there at once, and a caller need not know that. */
async function alone<Answer>(
  count: number,
  read: (key: string) => Answer | Promise<Answer>,
  userOf: (answer: Answer) => User | undefined,
): Promise<void> {
  for (let step = 0; step < count; step++) {
    if (userOf(await read(keyAt(step)))?.roles.length !== 2) throw new Error("a read came back wrong");
  }
}

function dataOf(entry: CacheValue<User> | undefined): User | undefined {
  return entry?.data;
}
