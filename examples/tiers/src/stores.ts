import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CacheBackend, cacheBackend } from "@hitbox/core";
import { lmdb } from "@hitbox/lmdb";
import { memory } from "@hitbox/memory";
import { redis } from "@hitbox/redis";
import { startRedis } from "./redis-server.ts";

/** Milliseconds that Redis has for an answer. */
export const REDIS_TIMEOUT_MS = 500;

/** Where the tiers come from: every call opens a new and empty one. */
export interface Stores {
  /** For people. */
  readonly redisIs: string;
  memory(): CacheBackend;
  lmdb(): CacheBackend;
  redis(): CacheBackend;
  /** Runs something while Redis hangs. Undefined where the server is not this program's own. */
  readonly whileStopped: (<T>(run: () => Promise<T>) => Promise<T>) | undefined;
  close(): Promise<void>;
}

/** Memory, a temporary LMDB directory, and the Redis at `redisUrl` or one started for this. */
export async function openStores(redisUrl: string | undefined): Promise<Stores> {
  const directory = await mkdtemp(join(tmpdir(), "hitbox-tiers-"));
  // Also where a signal or an error ends the program early.
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const own = redisUrl === undefined ? await startRedis() : undefined;
  const url = redisUrl ?? (own?.url as string);
  const run = randomUUID();
  let opened = 0;
  return {
    redisIs: own ? `${url}, started for this run` : "the one that REDIS_URL names",
    memory: () => cacheBackend(memory({ maxEntries: 10_000 })),
    lmdb: () => cacheBackend(lmdb({ path: join(directory, `${opened++}`) })),
    redis: () => cacheBackend(redis({ url, prefix: `tiers-${run}-${opened++}`, timeout: REDIS_TIMEOUT_MS })),
    whileStopped: own?.whileStopped,
    async close() {
      await own?.close();
    },
  };
}
