import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { useFolder } from "@hitbox/test-support";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const freshPath = useFolder();

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The permissions of a store's directory and files, once something has been written. */
async function modesOf(path: string, mode?: number): Promise<string[]> {
  const backend = lmdb({ path, ...(mode === undefined ? {} : { mode }) });
  await backend.write("key", stored("value"));
  await backend.close?.();
  return [path, join(path, "data.mdb"), join(path, "lock.mdb")].map(modeOf);
}

describe("a store that is made", () => {
  let umask = 0;
  beforeEach(() => {
    umask = process.umask();
  });
  afterEach(() => process.umask(umask));

  it.each([0o000, 0o022, 0o077])("is for its owner alone, with a umask of %o", async (mask) => {
    process.umask(mask);
    const path = join(freshPath(), "deep", "store");
    expect(await modesOf(path)).toEqual(["700", "600", "600"]);
    expect(modeOf(dirname(path))).toBe("700");
  });

  it("has the permissions of the option `mode`, whatever the umask", async () => {
    process.umask(0o077);
    expect(await modesOf(freshPath(), 0o640)).toEqual(["750", "640", "640"]);
    expect(await modesOf(freshPath(), 0o666)).toEqual(["777", "666", "666"]);
  });

  it("leaves the permissions of a directory and of files that are there", async () => {
    process.umask(0o022);
    const path = freshPath();
    mkdirSync(path, { mode: 0o755 });
    writeFileSync(join(path, "data.mdb"), "", { mode: 0o644 });
    expect(await modesOf(path)).toEqual(["755", "644", "600"]);
  });
});
