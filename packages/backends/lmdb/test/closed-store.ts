import { readFileSync } from "node:fs";
import { join } from "node:path";
import { lmdb } from "../src/index.ts";
import { stored } from "./stored.ts";

const ENTRIES = 300;

/** A closed store at `path`, with entries and free pages, and the size of its pages. */
export async function closedStore(
  path: string,
): Promise<{ readonly path: string; readonly pageSize: number }> {
  const backend = lmdb({ path });
  const keys = Array.from({ length: ENTRIES }, (_, index) => `key ${index}`);
  await Promise.all(keys.map((key) => backend.write(key, stored("x".repeat(500), Date.now() + 3_600_000))));
  await Promise.all(keys.slice(0, 100).map((key) => backend.remove(key)));
  await backend.close?.();
  return { path, pageSize: readFileSync(join(path, "data.mdb")).readUInt32LE(48) };
}
