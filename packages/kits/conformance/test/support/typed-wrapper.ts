import type { CacheBackend } from "@hitbox/core";
import { asTier, DelegatingTier, type TierBackend } from "@hitbox/core/tier";
import { type Disk, MapBackend } from "./map-backend.ts";

/** A typed backend that hands everything on, as a composition of one would: what typed faults are planted in. */
export class TypedWrapper extends DelegatingTier {
  get inner(): TierBackend {
    return this.backend;
  }
}

/** How to open a wrapper of the given kind over the honest backend. */
export function wrapping(
  Wrapper: new (inner: TierBackend) => CacheBackend,
): (disk: Disk, space: string) => CacheBackend {
  return (disk, space) => new Wrapper(asTier(new MapBackend(disk, space)));
}
