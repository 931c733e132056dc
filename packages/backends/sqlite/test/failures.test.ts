import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BackendError } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { classify } from "../src/classify.ts";
import { connect, driver, entry, open } from "./support.ts";

const freshPath = useFolder({ suffix: ".db" });

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return BackendError.is(error) ? error.code : classify(error);
  }
  return undefined;
}

describe("opening", () => {
  it("fails as `corrupt` for a file that is no database, which stays as it is", () => {
    const path = freshPath();
    const text = "no database, and longer than the header of one, which has 100 bytes. ".repeat(20);
    writeFileSync(path, text);
    expect(codeOf(() => open({ path }))).toBe("corrupt");
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("fails as `unavailable` for a directory", () => {
    const path = freshPath();
    mkdirSync(path);
    expect(codeOf(() => open({ path }))).toBe("unavailable");
  });

  it("fails as `unsupported` if the driver has no binary for this Node", () => {
    class WithoutBinary extends driver {
      constructor(path: string) {
        super(path);
        throw Object.assign(new Error("Could not locate the bindings file."), { tries: ["/a.node"] });
      }
    }
    expect(codeOf(() => open({ path: freshPath(), driver: WithoutBinary }))).toBe("unsupported");
  });

  it("makes a file, and its directory, for its owner alone", async () => {
    const path = `${freshPath()}.d/cache.db`;
    const backend = open({ path });
    await backend.write("a", entry(1));
    for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    await backend.close?.();
  });

  it("lets those search the directory who may use the file", () => {
    const path = `${freshPath()}.d/cache.db`;
    open({ path, mode: 0o640 }).close?.();
    expect([path, dirname(path)].map((each) => statSync(each).mode & 0o777)).toEqual([0o640, 0o750]);
  });
});

describe("a store that cannot write", () => {
  it("fails as `unavailable` if it is full, changes nothing, and reads on", async () => {
    const database = connect(freshPath());
    const backend = open({ database });
    await backend.write("a", entry("old"));
    database.exec("PRAGMA max_page_count = 8");
    const large = entry("x".repeat(100_000));
    expect(codeOf(() => backend.write("a", large))).toBe("unavailable");
    const both = backend.writeMany?.([
      ["a", entry("new")],
      ["b", large],
    ]);
    expect(classify(await Promise.resolve(both).catch((error: unknown) => error))).toBe("unavailable");
    expect(backend.read("a")).toMatchObject({ payload: Buffer.from('"old"') });
    database.exec("PRAGMA max_page_count = 1000");
    await backend.write("a", large);
    database.close();
  });

  it("fails as `unavailable` if it may only be read", async () => {
    const path = freshPath();
    const writable = open({ path });
    await writable.write("a", entry(1));
    const ReadOnly = driver as unknown as new (path: string, options: object) => InstanceType<typeof driver>;
    const database = new ReadOnly(path, { readOnly: true });
    const backend = open({ database });
    expect(backend.read("a")).toMatchObject({ payload: Buffer.from("1") });
    expect(codeOf(() => backend.write("a", entry(2)))).toBe("unavailable");
    database.close();
    await writable.close?.();
  });
});

describe("a database that was given", () => {
  it("stays open, with its settings", async () => {
    const database = connect(freshPath());
    database.exec("PRAGMA busy_timeout = 77");
    const backend = open({ database });
    await backend.write("a", entry(1));
    await backend.close?.();
    expect(Object.values(database.prepare("PRAGMA busy_timeout").get() as object)).toEqual([77]);
    expect(Object.values(database.prepare("PRAGMA journal_mode").get() as object)).toEqual(["delete"]);
    database.close();
  });

  it("may be in a transaction of its owner", async () => {
    const database = connect(freshPath());
    const backend = open({ database });
    database.exec("BEGIN");
    await backend.writeMany?.([["a", entry(1)]]);
    database.exec("ROLLBACK");
    expect(backend.read("a")).toBeUndefined();
    await backend.close?.();
    database.close();
  });

  it("fails as `closed` if its owner has closed it", () => {
    const database = connect(freshPath());
    const backend = open({ database });
    database.close();
    expect(codeOf(() => backend.read("a"))).toBe("closed");
  });
});

it.each([
  ["SQLITE_BUSY_SNAPSHOT", "timeout"],
  ["SQLITE_IOERR_WRITE", "unavailable"],
  ["SQLITE_CORRUPT_INDEX", "corrupt"],
  ["SQLITE_TOOBIG", "too-large"],
  ["SQLITE_CONSTRAINT", undefined],
])("takes better-sqlite3's %s for %s", (code, kind) => {
  expect(classify(Object.assign(new Error("no"), { code }))).toBe(kind);
});
