import { setImmediate as nextTurn } from "node:timers/promises";
import { cacheBackend } from "@hitbox/core";
import { testClock, until } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { connect, entry, freshPath, keysOf, open } from "./support.ts";

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

it("leaves out of a listing what has ended", async () => {
  const clock = testClock(1_000_000);
  const backend = open({ path: freshPath(), now: clock.now });
  await backend.write("ends", ends(1_000_100));
  await backend.write("stays", ends());
  clock.advance(100);
  expect(await keysOf(cacheBackend(backend))).toEqual(["stays"]);
  await backend.close?.();
});
