import type { Backend, CacheBackend } from "@hitbox/core";
import type { RedisLink } from "./redis-link.ts";

/** One tier of a store. */
export interface StoreTier {
  readonly label: string;
  /** Stored bytes, without decoding. Undefined if the configuration exports a typed backend. */
  readonly raw: Backend | undefined;
  readonly typed: CacheBackend;
}

/** An opened store: the tiers that a command looks into, the fastest first. */
export interface Store {
  /** For messages: shows no password. */
  readonly name: string;
  readonly tiers: readonly [StoreTier, ...StoreTier[]];
  /** The commands of Redis that an adapter has no use for. */
  readonly redis?: RedisLink | undefined;
  /** The mechanisms by which services can hear of changes in this store. Undefined: none. */
  readonly coherences?: readonly string[] | undefined;
  /** Prefix of the keys in Redis, without its separator. */
  readonly prefix: string;
  close(): Promise<void>;
}

/** The tier that processes agree on: the last one. */
export function sharedTier({ tiers }: Store): StoreTier {
  return tiers.at(-1) ?? tiers[0];
}
