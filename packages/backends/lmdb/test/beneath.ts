import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { RawHooks } from "@hitbox/conformance";
import { NEVER } from "../src/live-entry.ts";
import { acquireStore, type Store } from "../src/store.ts";
import { Sweeper } from "../src/sweeper.ts";

/** Open files of this process, on Linux. */
const OPEN_FILES = "/proc/self/fd";

/**
 * The way to stores beneath their backends. An embedded store has no connection that could break, and no
 * other handle of this process sees its writes at once.
 */
export function beneath(pathOf: (space: string) => string): RawHooks {
  const within = async <T>(space: string, use: (store: Store) => T): Promise<Awaited<T>> => {
    const store = acquireStore(pathOf(space));
    try {
      return await use(store);
    } finally {
      await store.release();
    }
  };
  return {
    client: "own",
    bytes: (space, key) => within(space, ({ entries }) => entries.getBinary(Buffer.from(key))),
    timeToLive: (space, key) =>
      within(space, ({ entries }) => {
        const version = entries.getEntry(Buffer.from(key))?.version;
        return version === NEVER ? Number.POSITIVE_INFINITY : version && version - Date.now();
      }),
    damage: (space, key) =>
      within(space, (store) => Promise.all(store.put(Buffer.from(key), Buffer.from("no entry"), NEVER))),
    sweep: (space) => within(space, (store) => new Sweeper(store, Date.now).sweep()),
    ...(existsSync(OPEN_FILES) && { connections: (space) => handlesOf(pathOf(space)) }),
  };
}

/** The number of times that a store's file is open. */
function handlesOf(path: string): number {
  return readdirSync(OPEN_FILES).filter((file) => targetOf(file) === join(path, "data.mdb")).length;
}

/** A file may be closed by now. */
function targetOf(file: string): string | undefined {
  try {
    return readlinkSync(join(OPEN_FILES, file));
  } catch {
    return undefined;
  }
}
