import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, type StatsFs, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { freshPath } from "./folder.ts";

const BLOCK = 4_096;
const MEMORY = "/dev/shm";
// Thousands of commits: each would wait for a disk.
const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "hitbox-lmdb-"));
const mounted: string[] = [];
afterAll(() => {
  for (const path of mounted) execFileSync("umount", [path]);
  rmSync(folder, { recursive: true, force: true });
});

let count = 0;

/** A path that nothing is at, in memory if the system has a folder there. */
export function freshFastPath(): string {
  count += 1;
  return join(folder, `store-${count}`);
}

/** A file system in memory, of that many MiB; undefined without the right to mount one. */
export function mountVolume(mib: number): string | undefined {
  const path = freshPath();
  mkdirSync(path);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mib}m`, "tmpfs", path], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  mounted.push(path);
  return path;
}

/** Tells of a disk of that many MiB that has nothing but the file of the store at `path`. */
export function statsOfDiskFor(path: string, mib: number): Partial<StatsFs> {
  const blocks = (mib * 1024 * 1024) / BLOCK;
  const used = Math.ceil((statSync(join(path, "data.mdb")).blocks * 512) / BLOCK);
  return { bsize: BLOCK, blocks, bavail: blocks - used };
}
