import {
  type AnyBackend,
  type CacheBackend,
  type Clock,
  checkFunction,
  checkKnown,
  checkLabel,
  checkOption,
  isBackend,
  isCacheBackend,
  systemClock,
} from "@hitbox/core";
import { asTier, DelegatingTier, holdBackend, type TierBackend } from "@hitbox/core/tier";
import { Coherence } from "./coherence.ts";
import type { Composed } from "./composed.ts";
import { Composition } from "./composition.ts";
import { type Offload, offload } from "./offload/offload.ts";
import { KeyActivity } from "./order/key-activity.ts";
import { TierQueues } from "./order/tier-queues.ts";
import { deletePolicy, readPolicy, refillPolicy, writePolicy } from "./policies.ts";
import type { DeletePolicy, ReadPolicy, RefillPolicy, WritePolicy } from "./tiers.ts";

export interface ComposeOptions {
  /**
   * First part of every tier's path, as in `shop.redis`, and the name in errors and messages. Default: the
   * labels of the tiers, as in `memory>redis`.
   */
  readonly label?: string | undefined;
  /** Default: `sequential`. */
  readonly read?: "sequential" | "race" | "parallel" | ReadPolicy | undefined;
  /** Default: `optimistic`. */
  readonly write?:
    | "sequential"
    | "optimistic"
    | "race"
    | "l2-first"
    | "write-behind"
    | WritePolicy
    | undefined;
  /** Default: `strict`. */
  readonly delete?: "strict" | "optimistic" | DeletePolicy | undefined;
  /** Selects the fresh L2 hits that go into L1, unchanged. Default: `always`. */
  readonly refill?: "always" | "never" | RefillPolicy | undefined;
  /** Runs the background work of policies; closing the composition drains it. Default: one of its own. */
  readonly offload?: Offload | undefined;
  /**
   * Over an L2 that reports changes by other processes: the use of L1 while notifications may be missing.
   * `bypass`: L1 is neither read nor written. `{ serve }`: L1 answers for that many milliseconds since the
   * loss, with values that are marked stale; then it is bypassed. Default: `bypass`.
   */
  readonly whenLost?: "bypass" | { readonly serve: number } | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * Combines backends into one: the first tier answers if it can, otherwise the next. Each tier keeps its own
 * key format, value format and compressor. The result is a backend, so compositions nest. A list of tiers
 * nests for you: the tiers after the first are a composition of the same options. Closing the composition
 * closes every tier that no other composition or cache uses.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const backend = compose(memory({ maxEntries: 10_000 }), memory({ maxEntries: 100_000, label: "large" }));
 * await backend.set("greeting", cacheValue("hello", { ttl: 60_000 }));
 * const context = cacheContext();
 * await backend.get("greeting", context);
 * context.source; // "memory>large.memory"
 */
export function compose(l1: AnyBackend, l2: AnyBackend, options?: ComposeOptions): CacheBackend;
export function compose(tiers: readonly AnyBackend[], options?: ComposeOptions): CacheBackend;
export function compose(
  first: AnyBackend | readonly AnyBackend[],
  second?: AnyBackend | ComposeOptions,
  third: ComposeOptions = {},
): CacheBackend {
  return isList(first)
    ? composeAll(first, (second ?? {}) as ComposeOptions)
    : composeTwo(first, second as AnyBackend, third);
}

function isList(tiers: AnyBackend | readonly AnyBackend[]): tiers is readonly AnyBackend[] {
  return Array.isArray(tiers);
}

/** `path`: that of the tiers' composition, if it is not its label. */
function composeAll(
  tiers: readonly AnyBackend[],
  options: ComposeOptions,
  path?: string | undefined,
): CacheBackend {
  checkOption(tiers.length >= 2, "tiers", tiers, "must be at least two backends");
  const [first, second, ...rest] = tiers as readonly [AnyBackend, AnyBackend, ...AnyBackend[]];
  if (rest.length === 0) return composeTwo(first, second, options, path);
  // The tiers of a list are on one level: the inner composition adds nothing to their paths.
  const below = composeAll([second, ...rest], { ...options, label: undefined }, UNNAMED);
  return composeTwo(first, below, options, path);
}

const UNNAMED = "";

const OPTIONS = ["label", "read", "write", "delete", "refill", "offload", "whenLost", "now"];

function composeTwo(
  l1: AnyBackend,
  l2: AnyBackend,
  options: ComposeOptions,
  path?: string | undefined,
): CacheBackend {
  checkOption(
    !isBackend(options),
    "options",
    options,
    "must not be a backend: three are a list, compose([a, b, c])",
  );
  checkKnown("compose", options, OPTIONS);
  const { now = systemClock } = options;
  checkFunction("now", options.now);
  if (options.label !== undefined) checkLabel("label", options.label);
  const [upper, lower] = [typed("l1", l1, now), typed("l2", l2, now)];
  checkOrder(l1 === l2, upper, lower);
  const { label = `${upper.label}>${lower.label}` } = options;
  const [first, second] = [upper.asTierOf(path ?? label), lower.asTierOf(path ?? label)];
  const composed: Composed = {
    label,
    read: readPolicy(options.read),
    write: writePolicy(options.write),
    remove: deletePolicy(options.delete),
    refill: refillPolicy(options.refill),
    now,
    activity: new KeyActivity(),
    offload: checkOffload(options.offload ?? offload()),
    queues: [
      new TierQueues(now, isComposed(first) ? "first, composed" : "first"),
      new TierQueues(now, "second"),
    ],
    coherence: undefined,
    isLast: [() => true, () => true],
    closing: undefined,
  };
  const composition = new Composition(composed, label, first, second);
  const serveMs = checkWhenLost(options.whenLost, second);
  if (second.supports.watch)
    composed.coherence = new Coherence(label, composition.l1, second, composed.activity, serveMs);
  // Last of all: a composition that is refused uses nothing.
  composed.isLast = [holdBackend(upper.identity), holdBackend(lower.identity)];
  return composition;
}

function typed(name: string, backend: AnyBackend, now: Clock): TierBackend {
  checkOption(isBackend(backend), name, backend, "must be a backend");
  return asTier(backend, isCacheBackend(backend) ? {} : { now });
}

function isComposed(tier: TierBackend): boolean {
  return tier instanceof Composition || (tier instanceof DelegatingTier && isComposed(tier.backend));
}

/** Two tiers that are one, or that stand upside down, cost more than one tier and answer no more. */
function checkOrder(areSame: boolean, upper: TierBackend, lower: TierBackend): void {
  if (areSame) throw new TypeError("compose: l1 and l2 are the same backend; make one for each tier");
  if (!upper.supports.shared || lower.supports.shared || lower.supports.persistent) return;
  const names = `compose(${lower.label}, ${upper.label})`;
  throw new TypeError(
    `compose: l1 is shared by processes and l2 is in this one; the faster is first: ${names}`,
  );
}

/** Milliseconds for which L1 answers on while changes are not heard. */
function checkWhenLost(whenLost: ComposeOptions["whenLost"], l2: TierBackend): number {
  if (whenLost === undefined || whenLost === "bypass") return 0;
  const isObject = typeof whenLost === "object" && whenLost !== null;
  if (isObject) checkKnown("compose: whenLost", whenLost, ["serve"]);
  const serve = isObject ? whenLost.serve : undefined;
  const inTime = typeof serve === "number" && serve > 0 && Number.isFinite(serve);
  checkOption(inTime, "whenLost", whenLost, 'must be "bypass" or { serve: milliseconds }, over 0');
  const isTold = l2.supports.watch === true;
  checkOption(isTold, "whenLost", whenLost, "needs an l2 that tells of changes, as with `coherence`");
  return serve;
}

function checkOffload(background: Offload): Offload {
  const ok = typeof background?.register === "function" && typeof background.drain === "function";
  checkOption(ok, "offload", background, "must be an offload");
  return background;
}
