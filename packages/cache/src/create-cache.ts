import {
  type AnyBackend,
  type BackendWarning,
  type Clock,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  isBackend,
  isCacheBackend,
  systemClock,
} from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import type { Cache } from "./cache.ts";
import type { ErrorListener } from "./channels.ts";
import { Engine } from "./engine.ts";
import type { LoadOptions } from "./options.ts";
import { type Duration, milliseconds } from "./policy/duration.ts";
import { BASE, POLICY_OPTIONS, policyOf } from "./policy/policy.ts";
import { checkTagCount, MOST_TAGS } from "./tags/tag-names.ts";
import { CacheView } from "./view.ts";

/** The store of the entries, and the defaults of every call. */
export interface CacheOptions extends LoadOptions {
  /** Any backend, or a composition of some; closed with the last cache or composition that uses it. */
  readonly backend: AnyBackend;
  /** Time that a value stays fresh, unless a call says otherwise. */
  readonly ttl: Duration;
  /**
   * Most bytes of a key's text in UTF-8, with its namespaces. A longer key is a TypeError. Default: 2,048.
   */
  readonly maxKeyBytes?: number | undefined;
  /**
   * Most tags of an entry; a tag may have 256 bytes. More are a TypeError, and a stored entry with more is a
   * miss. Processes that share entries need the same number. Default: 64.
   */
  readonly maxTags?: number | undefined;
  /**
   * Time that `close` may take to finish the work under way. Then `close` rejects, and names the work that it
   * gave up. Default: 5 s.
   */
  readonly closeTimeout?: Duration | undefined;
  /**
   * Called for each failure that no caller receives, such as a read of a store that is down. Operators are
   * warned of such a store once, by the `onWarning` of its backend. Default: none.
   */
  readonly onError?: ErrorListener | undefined;
  /**
   * Called with the code `HITBOX_UNSTORED` for a loaded value that no tier takes, once for each reason, with
   * the place in the value and the remedy. Default: `process.emitWarning`; `() => {}` is silence.
   */
  readonly onWarning?: ((warning: BackendWarning) => void) | undefined;
  /** Whole epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
  /** From 0 to 1, 1 excluded, for `jitter` and `refreshAhead: "adaptive"`. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Names of the options of `createCache`. */
export const CACHE_OPTIONS: readonly string[] = [
  ...["backend", "now", "random", "maxKeyBytes", "maxTags", "closeTimeout", "onError", "onWarning"],
  ...POLICY_OPTIONS,
];

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
  checkOption(!isBackend(options), "createCache: options", options, `must be an object, such as ${EXAMPLE}`);
  checkKnown("createCache", options, CACHE_OPTIONS, EXAMPLE);
  const { backend, now = systemClock, random = Math.random } = options;
  const { maxKeyBytes = MAX_KEY_BYTES, maxTags = MOST_TAGS } = options;
  checkFunction("now", options.now);
  checkOption(Number.isSafeInteger(now()), "now", now(), "must return whole epoch milliseconds");
  checkFunction("random", options.random);
  checkFunction("onError", options.onError);
  checkFunction("onWarning", options.onWarning);
  checkInteger("maxKeyBytes", maxKeyBytes, 1, 0xffff_ffff);
  checkOption(options.ttl !== undefined, "ttl", options.ttl, 'must be given, such as "5m"');
  const isDuration = typeof options.ttl !== "function";
  checkOption(isDuration, "ttl", options.ttl, "must be a duration here; calls may have a function");
  checkOption(isBackend(backend), "backend", backend, "must be a backend, such as memory() or a composition");
  const closeTimeout = milliseconds("closeTimeout", options.closeTimeout ?? CLOSE_TIMEOUT_MS);
  const policy = policyOf(BASE, options);
  checkTagCount(policy.tags, maxTags);
  const tier = asTier(backend, isCacheBackend(backend) ? {} : { now });
  const engine = new Engine({
    backend: tier,
    store: backend,
    now,
    random,
    maxKeyBytes,
    maxTags,
    closeTimeout,
    onError: options.onError,
    onWarning: options.onWarning,
  });
  return new CacheView(engine, { text: "", policy, internalTags: [], version: 0, validator: undefined });
}

const EXAMPLE = '{ backend: memory({ maxEntries: 10_000 }), ttl: "5m" }';
const MAX_KEY_BYTES = 2_048;
const CLOSE_TIMEOUT_MS = 5_000;
