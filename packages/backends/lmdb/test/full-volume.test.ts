import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type CacheBackend, cacheBackend, cacheValue } from "@hitbox/core";
import { afterAll, describe, expect, it } from "vitest";
import { lmdb } from "../src/index.ts";
import { freshPath } from "./folder.ts";

const VOLUME_MIB = 40;
const mounted: string[] = [];
afterAll(() => {
  for (const path of mounted) execFileSync("umount", [path]);
});

/** A small file system in memory; undefined without the right to mount one. */
function smallVolume(): string | undefined {
  const path = freshPath();
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${VOLUME_MIB}m`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  mounted.push(path);
  return path;
}

/** Sets entries until the disk is full; how many have been taken. */
async function fill(backend: CacheBackend, round: number, bytes: number, ttl: number): Promise<number> {
  for (let index = 0; ; index++) {
    try {
      const keys = Array.from({ length: 50 }, (_, at) => `${round}-${index}-${at}`);
      await Promise.all(keys.map((key) => backend.set(key, cacheValue("x".repeat(bytes), { ttl }))));
    } catch (error) {
      expect(error).toMatchObject({ code: "unavailable" });
      return index * 50;
    }
  }
}

describe.each([200, 3_000, 100_000])("a volume that LMDB has filled with entries of %i bytes", (bytes) => {
  it("takes entries again when they have been cleared, time after time", {
    timeout: 120_000,
  }, async (context) => {
    const volume = smallVolume();
    if (volume === undefined) return context.skip("needs the right to mount");
    const backend = cacheBackend(lmdb({ path: join(volume, "store") }));
    const first = await fill(backend, 0, bytes, 3_600_000);
    for (let round = 1; round <= 4; round++) {
      await backend.clear();
      expect(await fill(backend, round, bytes, 3_600_000)).toBeGreaterThan(first / 4);
    }
    await backend.close();
  });

  it("takes entries again when all have expired", { timeout: 120_000 }, async (context) => {
    const volume = smallVolume();
    if (volume === undefined) return context.skip("needs the right to mount");
    let later = 0;
    const now = (): number => Date.now() + later;
    const backend = cacheBackend(lmdb({ path: join(volume, "store"), sweepInterval: 50, now }), { now });
    const first = await fill(backend, 0, bytes, 3_600_000);
    later = 7_200_000;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await fill(backend, 1, bytes, 3_600_000)).toBeGreaterThan(first / 4);
    expect(await backend.get("1-0-0")).toBeDefined();
    await backend.close();
  });
});
