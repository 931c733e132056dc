import { existsSync, mkdtempSync, rmSync, type StatsFs, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

const BLOCK = 4_096;
const MEMORY = "/dev/shm";
// Thousands of commits: each would wait for a disk.
const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "hitbox-lmdb-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** A path that nothing is at, in memory if the system has a folder there. */
export function freshFastPath(): string {
  count += 1;
  return join(folder, `store-${count}`);
}

/** Tells of a disk of that many MiB that has nothing but the file of the store at `path`. */
export function statsOfDiskFor(path: string, mib: number): Partial<StatsFs> {
  const blocks = (mib * 1024 * 1024) / BLOCK;
  const used = Math.ceil((statSync(join(path, "data.mdb")).blocks * 512) / BLOCK);
  return { bsize: BLOCK, blocks, bavail: blocks - used };
}
