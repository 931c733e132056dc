import { createRequire } from "node:module";
import { relative } from "node:path";
import { useFolder } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { defaultDriver } from "../src/driver.ts";
import { connect, driver, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

const path = freshPath();

describe("sqlite", () => {
  it.each<[string, object, string]>([
    ["no path", {}, "path or `database` is needed"],
    ["a path and a database", { path, database: connect(freshPath()) }, "path or `database` is needed"],
    ["an empty path", { path: "" }, "path must be the path of a file"],
    ["a path with a NUL", { path: "secret\0" }, "path must be the path of a file"],
    ["a URI", { path: "file:secret.db" }, "path must be the path of a file, and no URI"],
    ["a URI of a database in memory", { path: "file::memory:" }, "and no URI"],
    ["a URL", { path: "FILE:///secret.db" }, "and no URI"],
    ["a path that a driver would trim", { path: `${path} ` }, "path must be the path of a file"],
    ["a database in memory", { path: ":memory:" }, "is @hitbox/memory"],
    ["a database that is none", { database: {} }, "database must be one of node:sqlite"],
    ["a driver that is none", { path, driver: "better-sqlite3" }, "driver must be a function"],
    ["a table in capitals", { path, table: "Cache" }, "table must be"],
    ["a table with a quote", { path, table: 'a"b' }, "table must be"],
    ["a table of SQLite", { path, table: "sqlite_master" }, "table must be"],
    ["an interval of 0", { path, sweepInterval: 0 }, "sweepInterval must be"],
    ["a mode that is none", { path, mode: 0o444 }, "mode must be"],
    ["a timeout of 0", { path, timeout: 0 }, "timeout must be"],
    ["a clearTimeout of 0", { path, clearTimeout: 0 }, "clearTimeout must be"],
    ["a clock that is none", { path, now: 5 }, "now must be a function"],
    ["a format that is none", { path, format: 5 }, "format must be"],
    ["an unknown option", { path, tables: "a" }, "did you mean `table`"],
  ])("refuses %s, and shows no secret", (_, options, message) => {
    const make = (): unknown => open(options as never);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
    expect(make).not.toThrow("secret");
  });

  it("gives the driver an absolute path, which it cannot take for a URI", async () => {
    const absolute = `${freshPath()}.d/file:cache.db`;
    const given: string[] = [];
    class Listening extends driver {
      constructor(path: string) {
        super(path);
        given.push(path);
      }
    }
    await open({ path: relative(process.cwd(), absolute), driver: Listening }).close?.();
    expect(given).toEqual([absolute]);
  });

  it("takes better-sqlite3 on a Node without node:sqlite", () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = (() => undefined) as never;
    try {
      expect(defaultDriver()).toBe(createRequire(import.meta.url)("better-sqlite3"));
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});
