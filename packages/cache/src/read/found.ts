import type { CacheValue } from "@hitbox/core";

/** The answer of a tier to a read. */
export type Entry = CacheValue<unknown> | undefined;

/** An entry of a tier that may be used. */
export interface Found<T> {
  readonly entry: CacheValue<unknown>;
  /** Undefined: "not found" was stored. */
  readonly data: T | undefined;
}
