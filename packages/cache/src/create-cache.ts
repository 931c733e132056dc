import {
  type AnyBackend,
  type Clock,
  checkFunction,
  checkKnown,
  checkOption,
  isBackend,
  isCacheBackend,
  systemClock,
} from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import type { Cache } from "./cache.ts";
import { Core } from "./core.ts";
import type { Duration } from "./duration.ts";
import type { LoadOptions } from "./options.ts";
import { BASE, POLICY_OPTIONS, policyOf } from "./policy.ts";
import { CacheView } from "./view.ts";

/** Where entries are kept, and the defaults of every call. */
export interface CacheOptions extends LoadOptions {
  /** Any backend, or a composition of some; closed with the cache. */
  readonly backend: AnyBackend;
  /** How long a value is fresh, where a call does not say otherwise. */
  readonly ttl: Duration;
  /** Whole epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
  /** From 0 to 1, 1 excluded, for `jitter`. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/**
 * A cache over `backend`.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const cache = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
 * const user = await cache.getOrSet(["user", { id: 42 }], async () => ({ name: "Ada" }));
 * user.name; // "Ada"
 */
export function createCache(options: CacheOptions): Cache {
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown("createCache", options, ["backend", "now", "random", ...POLICY_OPTIONS]);
  const { backend, now = systemClock, random = Math.random } = options;
  checkFunction("now", options.now);
  checkOption(Number.isSafeInteger(now()), "now", now(), "must return whole epoch milliseconds");
  checkFunction("random", options.random);
  checkOption(options.ttl !== undefined, "ttl", options.ttl, 'must be given, such as "5m"');
  checkOption(isBackend(backend), "backend", backend, "must be a backend, such as memory() or a composition");
  const typed = asTier(backend, isCacheBackend(backend) ? {} : { now });
  const core = new Core(typed, now, random);
  const policy = policyOf(BASE, options);
  return new CacheView(core, { text: "", policy, marks: [], version: 0, validator: undefined });
}
