import { existsSync, type StatsFs, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BLOCK = 4_096;

/** A folder in memory if the system has one: thousands of commits would each wait for a disk. */
export const FAST: string = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Tells of a disk of that many MiB that has nothing but the file of the store at `path`. */
export function statsOfDiskFor(path: string, mib: number): Partial<StatsFs> {
  const blocks = (mib * 1024 * 1024) / BLOCK;
  const used = Math.ceil((statSync(join(path, "data.mdb")).blocks * 512) / BLOCK);
  return { bsize: BLOCK, blocks, bavail: blocks - used };
}
