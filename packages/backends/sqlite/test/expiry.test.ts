import { setImmediate as nextTurn } from "node:timers/promises";
import { cacheBackend } from "@hitbox/core";
import { testClock, until, useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import type { SqliteDatabase } from "../src/index.ts";
import { connect, entry, keysOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

/** Notes how many rows each DELETE has removed. */
function noting(database: SqliteDatabase, note: (changes: number) => void): SqliteDatabase {
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      if (!sql.startsWith("DELETE") || sql.includes("RETURNING")) return statement;
      return {
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
        run(...values) {
          const done = statement.run(...values);
          note(Number(done.changes));
          return done;
        },
      };
    },
  };
}

const ends = (expiresAt?: number) => entry("value", { expiresAt });

function rowsOf(path: string): unknown[] {
  const database = connect(path);
  const rows = database.prepare("SELECT CAST(key AS TEXT) AS key, until FROM hitbox ORDER BY key").all();
  database.close();
  return rows.map((row) => ({ ...(row as object) }));
}

it("keeps nothing of an older end when an entry is written anew", async () => {
  const path = freshPath();
  const backend = open({ path });
  await backend.write("a", ends(2_000_000_000_000));
  await backend.write("a", ends());
  await backend.writeMany?.([["b", ends(2_000_000_000_000)]]);
  await backend.writeMany?.([["b", ends()]]);
  expect(rowsOf(path)).toEqual([
    { key: "a", until: null },
    { key: "b", until: null },
  ]);
  await backend.close?.();
});

it("sweeps entries that have ended, in steps, and no others", async () => {
  const path = freshPath();
  const clock = testClock(1_000_000);
  const backend = open({ path, sweepInterval: 1, now: clock.now });
  const keys = Array.from({ length: 250 }, (_, index) => `ends-${index}`);
  await backend.writeMany?.(keys.map((key) => [key, ends(1_000_100)]));
  await backend.write("ends later", ends(1_000_101));
  await backend.write("stays", ends());
  await backend.write("ends-7", ends(1_000_500));
  clock.advance(100);
  await until(() => rowsOf(path).length === 3);
  await nextTurn();
  expect(rowsOf(path)).toMatchObject([{ key: "ends later" }, { key: "ends-7" }, { key: "stays" }]);
  await backend.close?.();
});

it("removes 100 entries at a time, and lets the event loop turn between", async () => {
  const clock = testClock(1_000_000);
  const steps: { readonly changes: number; readonly turn: number }[] = [];
  let turn = 0;
  const turned = (): void => {
    turn += 1;
    turning = setImmediate(turned);
  };
  let turning = setImmediate(turned);
  const database = noting(connect(freshPath()), (changes) => steps.push({ changes, turn }));
  const turns = () => new Set(steps.filter(({ changes }) => changes > 0).map((step) => step.turn));
  const backend = open({ database, sweepInterval: 1, now: clock.now });
  const removed = () => steps.map(({ changes }) => changes).filter((changes) => changes > 0);
  await backend.writeMany?.(Array.from({ length: 250 }, (_, index) => [`${index}`, ends(1_000_100)]));
  clock.advance(100);
  await until(() => removed().length === 3);
  expect(removed()).toEqual([100, 100, 50]);
  expect(turns().size).toBe(3);
  await backend.close?.();

  const other = open({ database, now: clock.now });
  await other.writeMany?.(Array.from({ length: 250 }, (_, index) => [`${index}`, ends()]));
  steps.length = 0;
  await other.clear?.();
  expect(removed()).toEqual([100, 100, 50]);
  expect(turns().size).toBe(3);
  clearImmediate(turning);
  database.close();
});

it("leaves out of a listing what has ended", async () => {
  const clock = testClock(1_000_000);
  const backend = open({ path: freshPath(), now: clock.now });
  await backend.write("ends", ends(1_000_100));
  await backend.write("stays", ends());
  clock.advance(100);
  expect(await keysOf(cacheBackend(backend))).toEqual(["stays"]);
  await backend.close?.();
});
