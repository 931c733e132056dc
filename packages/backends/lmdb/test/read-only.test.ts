import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { compose } from "@hitbox/composition";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { useFolder } from "@hitbox/test-support";
import { describe, expect, it, vi } from "vitest";
import { lmdb } from "../src/index.ts";
import { build, startChild } from "./child.ts";

const freshPath = useFolder();

/** A directory with a store as it is shipped: without the lock file. */
async function shippedStore(): Promise<string> {
  const [made, shipped] = [freshPath(), freshPath()];
  const backend = cacheBackend(lmdb({ path: made }));
  await backend.set("key", cacheValue({ a: 1 }, { tags: ["t"] }));
  await backend.set("short", cacheValue(1, { ttl: 1 }));
  await backend.close();
  cpSync(made, shipped, { recursive: true });
  rmSync(join(shipped, "lock.mdb"));
  return shipped;
}

async function expectRefused(backend: CacheBackend): Promise<void> {
  const refused = expect.objectContaining({ code: "unsupported", retryable: false });
  const operations = [
    () => backend.set("key", cacheValue(2)),
    () => backend.setMany([["key", cacheValue(2)]]),
    () => backend.delete("key"),
    () => backend.deleteMany(["key", "other"]),
    () => backend.lease("key", 1_000),
    () => backend.clear(),
  ];
  for (const operation of operations) await expect((async () => operation())()).rejects.toEqual(refused);
}

describe("a store that is only read", () => {
  it("answers with what is there, and refuses every change", async () => {
    const backend = cacheBackend(lmdb({ path: await shippedStore(), readOnly: true }));
    expect(await backend.get("key")).toMatchObject({ data: { a: 1 }, tags: ["t"] });
    expect(await backend.get("none")).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await backend.get("short")).toBeUndefined();
    await expectRefused(backend);
    expect(await backend.get("key")).toMatchObject({ data: { a: 1 } });
    await backend.close();
  });

  it("may be in a directory that cannot be written", async () => {
    const path = await shippedStore();
    chmodSync(join(path, "data.mdb"), 0o444);
    chmodSync(path, 0o555);
    try {
      const backend = cacheBackend(lmdb({ path, readOnly: true }));
      expect(await backend.get("key")).toMatchObject({ data: { a: 1 } });
      await backend.close();
    } finally {
      chmodSync(path, 0o755);
    }
  });

  it("may be on a file system that cannot be written", async (context) => {
    const path = await shippedStore();
    try {
      execFileSync("mount", ["--bind", "-o", "ro", path, path], { stdio: "ignore" });
    } catch {
      return context.skip("needs the right to mount");
    }
    try {
      const backend = cacheBackend(lmdb({ path, readOnly: true }));
      expect(await backend.get("key")).toMatchObject({ data: { a: 1 } });
      await expectRefused(backend);
      await backend.close();
      expect(readdirSync(path)).toEqual(["data.mdb"]);
    } finally {
      // Lazily: without a lock file, lmdb keeps the file open until the process ends.
      execFileSync("umount", ["-l", path]);
    }
  });

  it("may be a lower tier of a composition", async () => {
    const upper = lmdb({ path: freshPath(), label: "upper" });
    const backend = compose(upper, lmdb({ path: await shippedStore(), readOnly: true }));
    expect(await backend.get("key")).toMatchObject({ data: { a: 1 } });
    await backend.close();
  });

  it("is not made where there is none", () => {
    const path = freshPath();
    const missing = expect.objectContaining({ code: "unavailable" });
    expect(() => lmdb({ path, readOnly: true })).toThrow(missing);
    mkdirSync(path);
    expect(() => lmdb({ path, readOnly: true })).toThrow(missing);
    expect(readdirSync(path)).toEqual([]);
  });

  it("follows another process that writes to it", { timeout: 60_000 }, async () => {
    build();
    const path = freshPath();
    const writer = startChild(
      path,
      `
        const backend = cacheBackend(lmdb({ path }));
        for (let round = 1; round <= 3; round++) {
          for (let index = 0; index < 500; index++) await backend.set("key" + index, cacheValue(round));
          say("written");
          await hear();
        }
        await backend.close();
        process.stdin.destroy();
      `,
    );
    await writer.hear();
    const backend = cacheBackend(lmdb({ path, readOnly: true }));
    for (let round = 1; round <= 3; round++) {
      await vi.waitFor(() => {
        for (const key of ["key0", "key499"]) expect(backend.get(key)).toMatchObject({ data: round });
      });
      writer.say("go on");
      if (round < 3) await writer.hear();
    }
    expect(await writer.ended).toBe(0);
    await backend.close();
  });
});
