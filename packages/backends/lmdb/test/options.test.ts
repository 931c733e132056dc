import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BackendError, type Format } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";

const freshPath = useFolder();

describe("lmdb", () => {
  it.each<[string, object, string]>([
    ["no path", {}, "path must be the path of a directory; got undefined"],
    ["an empty path", { path: "" }, "path"],
    ["a path with NUL", { path: "a\0b" }, "path"],
    ["an unknown option", { path: "x", ttl: 5 }, "lmdb: `ttl` is not an option"],
    ["a sweepInterval of 0", { path: "x", sweepInterval: 0 }, "sweepInterval must be"],
    ["a clock that is none", { path: "x", now: 5 }, "now must be a function"],
    ["a label with a dot", { path: "x", label: "a.b" }, "label"],
    ["a format of live values", { path: "x", format: { ...LIVE } }, "format must make bytes"],
  ])("refuses %s before it touches the disk", (_, options, message) => {
    expect(() => lmdb(options as never)).toThrow(TypeError);
    expect(() => lmdb(options as never)).toThrow(message);
    expect(existsSync("x")).toBe(false);
  });

  it("makes the directory, and its parents, and names itself lmdb", async () => {
    const path = join(freshPath(), "with", "parents.mdb");
    const backend = lmdb({ path });
    expect(existsSync(join(path, "data.mdb"))).toBe(true);
    expect(backend.label).toBe("lmdb");
    await backend.close?.();
  });

  it("refuses a path that is a file, or leads through one", () => {
    const path = freshPath();
    writeFileSync(path, "a file");
    for (const wrong of [path, join(path, "below")]) {
      expect(() => lmdb({ path: wrong })).toThrow(BackendError);
      expect(() => lmdb({ path: wrong })).toThrow(expect.objectContaining({ code: "corrupt" }));
    }
  });

  it("declares what LMDB can do", async () => {
    const path = freshPath();
    mkdirSync(path);
    const backend = lmdb({ path });
    expect(backend.supports).toStrictEqual({
      expiry: "lazy",
      shared: true,
      persistent: true,
      readMany: false,
      writeMany: false,
      removeMany: false,
      maxKeyBytes: 1_970,
      maxValueBytes: 0x7fff_0000,
      keys: true,
      clear: true,
      lease: true,
    });
    await backend.close?.();
  });
});

const LIVE: Format<unknown> = {
  id: "live",
  kind: "live",
  serialize: (value) => value,
  deserialize: (raw) => raw,
};
