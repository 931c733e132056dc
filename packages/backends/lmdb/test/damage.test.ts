import { mkdirSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BackendError, cacheBackend, cacheValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { NEVER } from "../src/live-entry.ts";
import { acquireStore } from "../src/store.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

/** A closed store with a thousand entries, and the path of its file. */
async function filledStore(): Promise<{ path: string; file: string }> {
  const path = freshPath();
  const backend = lmdb({ path });
  await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => backend.write(`key ${index}`, stored("x".repeat(500)))),
  );
  await backend.close?.();
  return { path, file: join(path, "data.mdb") };
}

function expectCorrupt(path: string, message: string): void {
  expect(() => lmdb({ path })).toThrow(BackendError);
  expect(() => lmdb({ path })).toThrow(expect.objectContaining({ code: "corrupt", retryable: false }));
  expect(() => lmdb({ path })).toThrow(message);
}

describe("a directory", () => {
  it.each([1, 100, 159, 50_000])("is refused if it has a foreign data.mdb of %i bytes", (size) => {
    const path = freshPath();
    mkdirSync(path);
    writeFileSync(join(path, "data.mdb"), Buffer.alloc(size, "not a store, "));
    expectCorrupt(path, "data.mdb is not an LMDB file, or is damaged");
  });

  it.each(["data.mdb", "lock.mdb"])("is refused if it has a directory in place of %s", (name) => {
    const path = freshPath();
    mkdirSync(join(path, name), { recursive: true });
    expectCorrupt(path, `${name} is not a file`);
  });

  it("with an empty data.mdb, as a crash at the first start leaves it, is made a store", async () => {
    const path = freshPath();
    mkdirSync(path);
    writeFileSync(join(path, "data.mdb"), "");
    const backend = lmdb({ path });
    await backend.write("key", stored("value"));
    expect(backend.read("key")).toBeDefined();
    await backend.close?.();
  });
});

describe("a store", () => {
  it("is refused if it was cut short", async () => {
    const { path, file } = await filledStore();
    truncateSync(file, statSync(file).size / 2);
    expectCorrupt(path, "data.mdb is cut short");
    truncateSync(file, 5_000);
    expectCorrupt(path, "data.mdb");
  });

  it("is refused if its head was overwritten", async () => {
    const { path, file } = await filledStore();
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(100, 0xff), 0, 100, 4_096);
    expectCorrupt(path, "data.mdb is not an LMDB file, or is damaged");
    writeSync(descriptor, Buffer.alloc(100, 0xff), 0, 100, 0);
    expectCorrupt(path, "data.mdb is not an LMDB file, or is damaged");
  });

  it("is refused if it has another data version", async () => {
    const { path, file } = await filledStore();
    writeSync(openSync(file, "r+"), Buffer.from([9]), 0, 1, 28);
    expectCorrupt(path, "data version 9, not 2");
  });
});

it("an entry that was damaged is an error of its own, and can be replaced", async () => {
  const path = freshPath();
  const backend = cacheBackend(lmdb({ path }));
  await backend.set("good", cacheValue("good"));
  const store = acquireStore(path);
  for (const bytes of [Buffer.alloc(0), Buffer.from("foreign"), Buffer.alloc(500, 7)]) {
    await store.entries.put(Buffer.from("bad"), bytes, NEVER);
    expect(() => backend.get("bad")).toThrow(expect.objectContaining({ code: "corrupt", backend: "lmdb" }));
    expect((await backend.get("good"))?.data).toBe("good");
  }
  await backend.set("bad", cacheValue("better"));
  expect((await backend.get("bad"))?.data).toBe("better");
  await Promise.all([store.release(), backend.close()]);
});
