import { type Backend, type CacheBackend, cacheBackend } from "@hitbox/core";
import type { Scene } from "../../scene.ts";

/** Two users of one space: over connections of their own if entries are shared. */
export async function twoUsers({ open }: Scene): Promise<[CacheBackend, CacheBackend] | undefined> {
  const one = await open();
  if (one.supports.shared) return [one.cache, (await open()).cache];
  return one.raw && [one.cache, cacheBackend(one.raw)];
}

/** The same for the raw contract: no order of writes is kept between them. */
export async function twoRaw({ open }: Scene): Promise<[Backend<unknown>, Backend<unknown>] | undefined> {
  const { raw, supports } = await open();
  const other = supports.shared ? (await open()).raw : raw;
  return raw && other && [raw, other];
}
