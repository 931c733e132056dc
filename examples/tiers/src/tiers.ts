import { type ComposeOptions, compose, type Offload, offload } from "@hitbox/composition";
import type { CacheBackend } from "@hitbox/core";
import { MISSING } from "./entries.ts";

/** A composition, and its tiers one by one, to fill them and to look into them. */
export interface Opened {
  readonly cache: CacheBackend;
  readonly tiers: readonly CacheBackend[];
  readonly offload: Offload;
}

/** Composes new tiers, runs something on them, empties and closes them. */
export async function withTiers<T>(
  tiers: readonly CacheBackend[],
  options: ComposeOptions,
  run: (opened: Opened) => Promise<T>,
): Promise<T> {
  const own = offload();
  const cache = compose(tiers, { ...options, offload: own });
  try {
    // The first connection is made before anything is timed.
    for (const tier of tiers) await tier.get(MISSING.key);
    return await run({ cache, tiers, offload: own });
  } finally {
    await own.drain();
    await empty(cache);
    await cache.close();
  }
}

async function empty(cache: CacheBackend): Promise<void> {
  try {
    await cache.clear();
  } catch {
    // A Redis that has gone away meanwhile lets what is left expire.
  }
}
