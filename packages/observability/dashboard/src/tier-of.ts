import { type AnyBackend, type Clock, isCacheBackend } from "@hitbox/core";
import { asTier, type TierBackend } from "@hitbox/core/tier";

/** A backend as it was given, raw or typed. A typed one has a clock of its own. */
export function tierOf(backend: AnyBackend, now: Clock): TierBackend {
  return asTier(backend, isCacheBackend(backend) ? {} : { now });
}
