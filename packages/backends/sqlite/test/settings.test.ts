import { cacheBackend, cacheValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { expect, it } from "vitest";
import type { SqliteDatabase } from "../src/index.ts";
import { driver, keysOf, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

const Driver = driver as unknown as new (path: string, options: object) => SqliteDatabase;

/** Statements as better-sqlite3 has them after `defaultSafeIntegers(true)`. */
class SafeIntegers extends Driver {
  constructor(path: string) {
    super(path, {});
  }

  override prepare(sql: string) {
    const statement = super.prepare(sql) as ReturnType<SqliteDatabase["prepare"]> & {
      setReadBigInts: (isOn: boolean) => void;
    };
    statement.setReadBigInts(true);
    const safeIntegers = (isOn: boolean): void => statement.setReadBigInts(isOn);
    return {
      ...{ safeIntegers, get: statement.get.bind(statement), all: statement.all.bind(statement) },
      run: statement.run.bind(statement),
    };
  }
}

const DATABASES: readonly (readonly [string, () => SqliteDatabase])[] = [
  ["readBigInts", () => new Driver(freshPath(), { readBigInts: true })],
  ["returnArrays", () => new Driver(freshPath(), { returnArrays: true })],
  ["both", () => new Driver(freshPath(), { readBigInts: true, returnArrays: true })],
  ["defaultSafeIntegers", () => new SafeIntegers(freshPath())],
];

it.each(DATABASES)("a database of yours answers the same with %s", async (_, connected) => {
  const database = connected();
  const backend = cacheBackend(open({ database }));
  await backend.setMany(["a", "b", "\0"].map((key) => [key, cacheValue(key)] as const));
  await backend.lease("leased", 60_000);
  expect((await backend.getMany<string>(["a", "\0", "none"])).map((each) => each?.data)).toEqual([
    "a",
    "\0",
    undefined,
  ]);
  expect(await keysOf(backend)).toEqual(["\0", "a", "b"]);
  expect(await backend.delete("a")).toMatchObject({ status: "deleted" });
  expect(await backend.delete("none")).toMatchObject({ status: "missing" });
  const { fence } = await backend.lease("b", 60_000);
  expect(await backend.setFenced("b", cacheValue("newer"), fence)).toBe(true);
  await backend.clear();
  expect(await keysOf(backend)).toEqual([]);
  database.close();
});

it("a database whose rows cannot be read is refused, instead of missing each entry", () => {
  class Rows extends Driver {
    constructor(path: string) {
      super(path, {});
    }

    override prepare(sql: string) {
      const statement = super.prepare(sql);
      return {
        get: (...values: never[]) => Object.values(Object(statement.get(...values))),
        all: (...values: never[]) => statement.all(...values).map((row) => Object.values(Object(row))),
        run: statement.run.bind(statement),
      };
    }
  }
  const database = new Rows(freshPath());
  expect(() => open({ database })).toThrow("database must give rows as objects, with integers as numbers");
  expect(() => open({ database })).toThrow(TypeError);
  database.close();
});
