import { checkKnown, checkOption } from "@hitbox/core";
import type { Lookup } from "./lookup.ts";

export interface CacheStatusOptions {
  /** Name of the cache in the header, in visible ASCII. Default: `"hitbox"`. */
  readonly name?: string | undefined;
}

/**
 * The value of a `Cache-Status` header (RFC 9211, https://www.rfc-editor.org/rfc/rfc9211) for a lookup, such
 * as `hitbox; hit; ttl=30` or `hitbox; fwd=miss; stored; ttl=60`. `ttl` is in whole seconds, and below 0 for
 * a stale value.
 *
 * @throws TypeError for a name that a header cannot hold.
 * @example
 * const now = () => 1_800_000_000_000;
 * const cache = createCache({ backend: memory({ maxEntries: 10_000, now }), ttl: "5m", now });
 * const found = await cache.lookup("rates", async () => ({ eur: 1.1 }));
 * cacheStatus(found); // "hitbox; fwd=miss; stored; ttl=300"
 */
export function cacheStatus(lookup: Lookup<unknown>, options: CacheStatusOptions = {}): string {
  checkKnown("cacheStatus", options, ["name"]);
  const { name = "hitbox" } = options;
  checkOption(VISIBLE.test(name), "name", name, "must be visible ASCII characters");
  const { age, createdAt, staleAt, status, stored } = lookup;
  const parts = [TOKEN.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`, HOW[status]];
  if (stored) parts.push("stored");
  const isKept = stored || status === "fresh" || status === "stale";
  if (isKept && staleAt !== undefined && createdAt !== undefined && age !== undefined)
    parts.push(`ttl=${Math.floor((staleAt - createdAt - age) / 1_000)}`);
  return parts.join("; ");
}

const HOW: Readonly<Record<Lookup<unknown>["status"], string>> = {
  fresh: "hit",
  stale: "hit",
  miss: "fwd=miss",
  expired: "fwd=stale",
  collapsed: "fwd=miss; collapsed",
  bypass: "fwd=bypass",
};

const VISIBLE = /^[\x20-\x7e]+$/;
/** An sf-token of RFC 8941. */
const TOKEN = /^[A-Za-z*][\w!#$%&'*+\-.^`|~:/]*$/;
