import { type Channel, channel } from "node:diagnostics_channel";
import type { BackendMessages, Subscribe } from "@hitbox/core";
import { type Publisher, subscribeTo as subscribeToAny } from "@hitbox/core/tier";
import type { CallActivity, LoadActivity } from "./activity.ts";
import type { AgeMessage } from "./answers.ts";
import type { CacheMessage } from "./cache-message.ts";
import { type CallContext, callContext, tierOf } from "./call-context.ts";
import { spaceOf } from "./keys/space-of.ts";
import type { CallTally } from "./stats/call-tally.ts";

/**
 * Published on `hitbox:cache:hit` for each call that was answered with a fresh value of a tier, and on
 * `hitbox:cache:miss` if there was none.
 */
export interface ReadMessage extends CacheMessage {
  readonly key: string;
  /** Label path of the tier that answered, such as `memory>redis.redis`. Undefined for a miss. */
  readonly tier: string | undefined;
  /** Milliseconds since the call began. */
  readonly durationMs: number;
}

/** Published on `hitbox:cache:stale` when a stale value was answered with. */
export interface StaleMessage extends ReadMessage {
  /**
   * `revalidate`: within its window; `error`: loading failed; `timeout`: loading takes long; `lost`: within
   * its `ttl`, but the first tier may have missed changes by other processes.
   */
  readonly why: "revalidate" | "error" | "timeout" | "lost";
  /** The error of the load, if it failed. */
  readonly error: unknown;
}

/** Published on `hitbox:cache:refresh` when a value begins to be loaded anew in the background. */
export interface RefreshMessage extends CacheMessage {
  readonly key: string;
  readonly why: "stale" | "ahead";
}

/** Published on `hitbox:cache:load` when a load has ended. */
export interface LoadMessage extends CacheMessage {
  readonly key: string;
  /** Milliseconds since the loader was called, storing included. */
  readonly durationMs: number;
  /**
   * `stored`; `skipped` (by the loader, or ttl 0); `outdated` (set or deleted meanwhile); `unstored` (no tier
   * took the value); `failed` (the loader).
   */
  readonly outcome: "stored" | "skipped" | "outdated" | "unstored" | "failed";
  /** Label paths of the tiers that have taken the value by now. Writes in the background come later. */
  readonly stored: readonly string[];
  readonly error: unknown;
}

/** Published on `hitbox:cache:lease` when a load has waited for another process that loads the same key. */
export interface LeaseMessage extends CacheMessage {
  readonly key: string;
  /** Milliseconds that the load waited. */
  readonly durationMs: number;
  /**
   * `answered`: with the value of the other process; `granted`: the lease; `passed`: the other process took
   * too long, so the value is loaded here too; `ended`: nobody waits any more, or the store is away.
   */
  readonly outcome: "answered" | "granted" | "passed" | "ended";
}

/** Published on `hitbox:cache:store` for the values that `set` and `setMany` have stored. */
export interface StoreMessage extends CacheMessage {
  readonly keys: readonly string[];
}

/** Published on `hitbox:cache:invalidate` when entries of keys, of tags, or of a space have been asked to go. */
export interface InvalidateMessage extends CacheMessage {
  readonly keys?: readonly string[] | undefined;
  /** Tags hold across namespaces and entities. */
  readonly tags?: readonly string[] | undefined;
  /** The text before the keys of a namespace; empty for the whole cache. */
  readonly space?: string | undefined;
}

/** Published on `hitbox:cache:expire` when entries have been asked to be stale. */
export interface ExpireMessage extends CacheMessage {
  readonly keys?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Published on `hitbox:cache:touch` when the life of an entry has begun anew. */
export interface TouchMessage extends CacheMessage {
  readonly key: string;
}

/** Published on `hitbox:cache:error` for a failure that no caller heard of. */
export interface ErrorMessage extends CacheMessage {
  /** Undefined if more than one key is meant. */
  readonly key: string | undefined;
  readonly operation:
    | "get"
    | "set"
    | "delete"
    | "expire"
    | "expireTags"
    | "touch"
    | "invalidateTags"
    | "validate"
    | "refresh"
    | "lease"
    | "waitUntil";
  readonly error: unknown;
}

/** Hears of a failure that no caller heard of: the messages of `hitbox:cache:error` of one cache. */
export type ErrorListener = (error: unknown, failure: Pick<ErrorMessage, "operation" | "key">) => void;

/** Published on `hitbox:cache:retry` for each delete and tag invalidation that could not reach its tier. */
export interface RetryMessage extends CacheMessage {
  readonly key: string;
  /** `waiting`: it will be tried again; `done`; `abandoned`: there was no room, or there is no more need. */
  readonly state: "waiting" | "done" | "abandoned";
  /** Changes of this cache that wait, after this event. */
  readonly waiting: number;
  readonly error: unknown;
}

/** Published on `hitbox:cache:check` when a value was compared with its source: see `checked`. */
export interface CheckMessage extends CacheMessage {
  readonly key: string;
  /**
   * `stale`: it differs from its source; `changed`: the cache has replaced or dropped it meanwhile; `failed`:
   * its source could not be asked.
   */
  readonly outcome: "same" | "stale" | "changed" | "failed";
  /** Milliseconds since the cached value was asked for where it comes from: how stale it is at most. */
  readonly age: number | undefined;
  /** Label path of the tier that had it. */
  readonly source: string | undefined;
  readonly error: unknown;
}

/** The channels of the cache and of its backends, and their messages. */
export interface CacheMessages extends BackendMessages {
  readonly "hitbox:cache:tally": CallTally;
  readonly "hitbox:cache:age": AgeMessage;
  readonly "hitbox:cache:call": CallActivity;
  readonly "hitbox:cache:loading": LoadActivity;
  readonly "hitbox:cache:hit": ReadMessage;
  readonly "hitbox:cache:miss": ReadMessage;
  readonly "hitbox:cache:stale": StaleMessage;
  readonly "hitbox:cache:refresh": RefreshMessage;
  readonly "hitbox:cache:load": LoadMessage;
  readonly "hitbox:cache:lease": LeaseMessage;
  readonly "hitbox:cache:store": StoreMessage;
  readonly "hitbox:cache:invalidate": InvalidateMessage;
  readonly "hitbox:cache:expire": ExpireMessage;
  readonly "hitbox:cache:touch": TouchMessage;
  readonly "hitbox:cache:error": ErrorMessage;
  readonly "hitbox:cache:retry": RetryMessage;
  readonly "hitbox:cache:check": CheckMessage;
}

/**
 * Calls `listener` with every message of a channel, for all caches of the process. Returns the function that
 * ends it. Calls that began before the first subscription have no messages of hits, misses and stale answers.
 *
 * @throws TypeError for a name that is no channel of hitbox.
 * @example
 * const cache = createCache({ backend: memory({ maxEntries: 10_000 }), ttl: "5m" });
 * const tiers: (string | undefined)[] = [];
 * const stop = subscribeTo("hitbox:cache:hit", ({ tier }) => tiers.push(tier));
 * await cache.set("rates", 1.08);
 * await cache.get("rates");
 * stop();
 * tiers; // ["memory"]
 */
export const subscribeTo: Subscribe<CacheMessages> = subscribeToAny;

interface Messages {
  hit: ReadMessage;
  miss: ReadMessage;
  stale: StaleMessage;
  refresh: RefreshMessage;
  load: LoadMessage;
  lease: LeaseMessage;
  store: StoreMessage;
  invalidate: InvalidateMessage;
  expire: ExpireMessage;
  touch: TouchMessage;
  error: ErrorMessage;
  retry: RetryMessage;
  check: CheckMessage;
}

const channels: Readonly<Record<keyof Messages, Channel>> = {
  hit: channel("hitbox:cache:hit"),
  miss: channel("hitbox:cache:miss"),
  stale: channel("hitbox:cache:stale"),
  refresh: channel("hitbox:cache:refresh"),
  load: channel("hitbox:cache:load"),
  lease: channel("hitbox:cache:lease"),
  store: channel("hitbox:cache:store"),
  invalidate: channel("hitbox:cache:invalidate"),
  expire: channel("hitbox:cache:expire"),
  touch: channel("hitbox:cache:touch"),
  error: channel("hitbox:cache:error"),
  retry: channel("hitbox:cache:retry"),
  check: channel("hitbox:cache:check"),
};

const { hit, miss, stale, load } = channels;

/** Every load ends with a message, which is not made while nobody listens. */
export const loadMessages: Publisher = load;

/** For a call, if a message would be heard that says which tier answered it. */
export function heardContext(): CallContext | undefined {
  return hit.hasSubscribers || miss.hasSubscribers || stale.hasSubscribers ? callContext() : undefined;
}

/** For a call that may load, if a message would be heard that says which tiers took the value. */
export function loadContext(): CallContext | undefined {
  return load.hasSubscribers ? callContext() : undefined;
}

/** Calls a listener of the caller's, whose errors decide about nothing. */
export function tell<Args extends readonly unknown[]>(
  listener: (...args: Args) => unknown,
  ...args: Args
): void {
  try {
    listener(...args);
  } catch {
    // It is the operator's own.
  }
}

/**
 * Builds a message only if somebody listens. `at` is the text of a key, or of a space: it says which
 * namespace and entity are meant.
 */
export function publish<Name extends keyof Messages>(
  name: Name,
  cache: string,
  at: string,
  rest: () => Omit<Messages[Name], keyof CacheMessage>,
): void {
  if (channels[name].hasSubscribers) channels[name].publish({ cache, ...spaceOf(at), ...rest() });
}

/** Tells of the answer of a call. `context` is the call's, `answered` that of the read which gave it. */
export function publishRead(
  name: "hit" | "miss",
  cache: string,
  key: string,
  context: CallContext | undefined,
  answered: CallContext | undefined = context,
): void {
  if (context !== undefined) publish(name, cache, key, () => readOf(name, key, context, answered));
}

export function publishStale(
  { why, error }: Pick<StaleMessage, "why" | "error">,
  cache: string,
  key: string,
  context: CallContext | undefined,
  answered: CallContext | undefined = context,
): void {
  if (context === undefined) return;
  publish("stale", cache, key, () => ({ ...readOf("stale", key, context, answered), why, error }));
}

function readOf(
  name: "hit" | "miss" | "stale",
  key: string,
  { began }: CallContext,
  answered: CallContext | undefined,
): Omit<ReadMessage, keyof CacheMessage> {
  const tier = name === "miss" ? undefined : tierOf(answered);
  return { key, tier, durationMs: performance.now() - began };
}
