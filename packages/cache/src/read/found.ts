import type { CacheValue } from "@hitbox/core";

/** What a tier answers a read with. */
export type Entry = CacheValue<unknown> | undefined;

/** An entry of a tier that may be used. */
export interface Found<T> {
  readonly entry: CacheValue<unknown>;
  /** Undefined: "not found" was stored. */
  readonly data: T | undefined;
}
