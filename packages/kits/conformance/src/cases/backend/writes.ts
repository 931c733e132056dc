import { type CacheBackend, type CacheValue, FENCE_MS } from "@hitbox/core";
import type { Opened } from "../../scene.ts";

type Write = (cache: CacheBackend, key: string, value: CacheValue<unknown>) => Promise<unknown>;

/** The ways in which a backend writes an entry, by their names. */
export function writesOf({ supports }: Opened): readonly (readonly [name: string, write: Write])[] {
  const writes: [string, Write][] = [
    ["a set", async (cache, key, value) => cache.set(key, value)],
    ["a setMany", (cache, key, value) => setInBatch(cache, key, value)],
  ];
  if (supports.lease) writes.push(["a fenced set", setFenced]);
  return writes;
}

/** In a batch with another entry, which ends at another time. */
async function setInBatch(cache: CacheBackend, key: string, value: CacheValue<unknown>): Promise<void> {
  const expiresAt = value.expiresAt === undefined ? Date.now() + 50_000 : undefined;
  return cache.setMany([
    [`${key}-first`, { ...value, expiresAt }],
    [key, value],
    [`${key}-last`, { ...value, expiresAt }],
  ]);
}

async function setFenced(cache: CacheBackend, key: string, value: CacheValue<unknown>): Promise<unknown> {
  return cache.setFenced(key, value, (await cache.lease(key, FENCE_MS)).fence);
}
