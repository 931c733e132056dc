import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheBackend } from "@hitbox/core";
import { redis } from "@hitbox/redis";
import type { LoadOptions } from "./options.ts";

/** The second tier of one load: what the service is told of it, and how nothing of it is left behind. */
export interface SecondTier {
  readonly source: string;
  readonly args: readonly string[];
  remove(): Promise<void>;
}

/** A tier of the load's own, empty and removed afterwards, unless the user named one: that one is kept. */
export async function openSecondTier(options: LoadOptions): Promise<SecondTier> {
  return options.redisUrl === undefined ? lmdbTier(options) : redisTier(options.redisUrl, options);
}

async function lmdbTier({ lmdbPath }: LoadOptions): Promise<SecondTier> {
  const path = lmdbPath ?? (await mkdtemp(join(tmpdir(), "hitbox-cities-")));
  return {
    source: "cities.lmdb",
    args: ["--lmdb", path],
    remove: async () => {
      if (lmdbPath === undefined) await rm(path, { recursive: true, force: true });
    },
  };
}

function redisTier(url: string, { redisPrefix }: LoadOptions): SecondTier {
  const prefix = redisPrefix ?? `cities-api-${randomUUID()}`;
  return {
    source: "cities.redis",
    args: ["--redis-prefix", prefix],
    remove: async () => {
      if (redisPrefix === undefined) await clear(url, prefix);
    },
  };
}

async function clear(url: string, prefix: string): Promise<void> {
  await using backend = cacheBackend(redis({ url, prefix }));
  try {
    await backend.clear();
  } catch {
    // A Redis that is away has lost the keys, or keeps them until they expire.
  }
}
