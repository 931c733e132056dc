import { type CacheValue, checkKnown, checkOption } from "@hitbox/core";
import type { ByValue, CallOptions, Mode } from "../options.ts";
import { checkTagCount, checkTags } from "../tags/tag-names.ts";
import { CHECKS } from "./checks.ts";
import type { Duration } from "./duration.ts";

/** The methods that take options of a call. */
export type Method = "getOrSet" | "getOrSetMany" | "lookup" | "set" | "setMany";

/** When a fresh value is refreshed: after a share of its `ttl`, or the sooner the longer its load took. */
export type RefreshAhead = number | "adaptive";

/** Options, checked and with all defaults. Durations in milliseconds; Infinity: without end. */
export interface Policy {
  readonly ttl: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly jitter: number;
  readonly timeToIdle: number;
  readonly tags: readonly string[];
  readonly refreshAhead: RefreshAhead | undefined;
  readonly softTimeout: number;
  readonly hardTimeout: number;
  readonly retryAfter: number;
  readonly staleOn: ((error: unknown) => boolean) | undefined;
  readonly onAbandoned: "abort" | "finish";
  readonly notFoundTtl: number;
  readonly lease: number | false;
  readonly onBackendError: "ignore" | "throw";
  readonly skip: ByValue<unknown, boolean> | undefined;
  readonly isNotFound: ((value: unknown) => boolean) | undefined;
  readonly mode: Mode;
  /** A value that is older is no answer. */
  readonly maxAge: number;
  /** How long after `ttl` a value is the answer without a load, or while there is one. */
  readonly answerWithin: number;
  /** In place of `ttl`, where it answers. */
  readonly ttlOf: ByValue<unknown, Duration | undefined> | undefined;
  /** Besides `tags`. */
  readonly tagsOf: ByValue<unknown, readonly string[]> | undefined;
  readonly waitUntil: ((work: Promise<unknown>) => void) | undefined;
  /** True if there are functions of the value among the options. */
  readonly isByValue: boolean;
}

export const BASE: Policy = Object.freeze<Policy>({
  ttl: 0,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  jitter: 0,
  timeToIdle: Number.POSITIVE_INFINITY,
  tags: [],
  refreshAhead: undefined,
  softTimeout: Number.POSITIVE_INFINITY,
  hardTimeout: 30_000,
  retryAfter: 1_000,
  staleOn: undefined,
  onAbandoned: "abort",
  notFoundTtl: 0,
  lease: 5_000,
  onBackendError: "ignore",
  skip: undefined,
  isNotFound: undefined,
  mode: "default",
  maxAge: Number.POSITIVE_INFINITY,
  answerWithin: 0,
  ttlOf: undefined,
  tagsOf: undefined,
  waitUntil: undefined,
  isByValue: false,
});

const DERIVED = ["answerWithin", "ttlOf", "tagsOf", "isByValue"];
const ONE_CALL = ["mode", "maxAge"];
const OPTIONS = Object.keys(BASE).filter((name) => !DERIVED.includes(name));
/** Options of a cache, an entity and a `wrap`. */
export const POLICY_OPTIONS: readonly string[] = OPTIONS.filter((name) => !ONE_CALL.includes(name));
const CALL_OPTIONS: readonly string[] = [...OPTIONS, "signal"];
/** A call that loads nothing has no use for them. */
const LOADING_CALL = [...ONE_CALL, "signal"];

/** `defaults` with the options that are given. @throws TypeError for an option that is wrong. */
export function policyOf(defaults: Policy, options: CallOptions<never>): Policy {
  const policy: Record<string, unknown> = { ...defaults };
  for (const name of OPTIONS) {
    const given = options[name as keyof CallOptions];
    if (given !== undefined) policy[name] = CHECKS[name]?.(name, given);
  }
  const { ttl, tags } = options;
  if (typeof ttl === "function") Object.assign(policy, { ttl: defaults.ttl, ttlOf: ttl });
  else if (ttl !== undefined) policy.ttlOf = undefined;
  if (typeof tags === "function") Object.assign(policy, { tags: defaults.tags, tagsOf: tags });
  else if (tags !== undefined && defaults.tags.length > 0)
    policy.tags = [...new Set([...defaults.tags, ...tags])];
  const isForced = policy.mode === "force-cache" || policy.mode === "only-if-cached";
  policy.answerWithin = isForced ? Number.POSITIVE_INFINITY : policy.staleWhileRevalidate;
  policy.isByValue = (policy.skip ?? policy.isNotFound ?? policy.ttlOf ?? policy.tagsOf) !== undefined;
  checkSoftTimeout(policy as unknown as Policy, options);
  return policy as unknown as Policy;
}

/** Without a stale value there is nothing to answer with in time. */
function checkSoftTimeout(policy: Policy, { softTimeout }: CallOptions<never>): void {
  if (softTimeout === undefined || policy.softTimeout === Number.POSITIVE_INFINITY) return;
  const hasStale = policy.staleIfError > 0 || policy.staleWhileRevalidate > 0;
  checkOption(hasStale, "softTimeout", softTimeout, "needs staleIfError or staleWhileRevalidate beside it");
}

/** The policy of one call. Its options have been checked. */
export function callPolicy(
  defaults: Policy,
  options: CallOptions<never> | undefined,
  maxTags: number,
): Policy {
  if (options === undefined) return defaults;
  const policy = policyOf(defaults, options);
  checkTagCount(policy.tags, maxTags);
  return policy;
}

/**
 * Checks the options of every call, also of one that needs none of them. @throws TypeError for one that is
 * wrong.
 */
export function checkCallOptions(
  method: Method,
  options: CallOptions<never> | undefined,
  maxTags: number,
): void {
  if (options === undefined) return;
  const isObject = typeof options === "object" && options !== null;
  if (!isObject) checkNames(method, options, exampleFor(options));
  if (isPlain(options)) {
    for (const name in options) checkCallOption(method, name, options);
  } else {
    // Members that a class gives its instances are not enumerated.
    checkKnown(`cache.${method}`, options, CALL_OPTIONS);
    for (const name of CALL_OPTIONS) checkCallOption(method, name, options);
  }
  const { tags } = options;
  if (tags === undefined || typeof tags === "function") return;
  checkTags(tags);
  checkTagCount(tags, maxTags);
}

/**
 * Checks the options of a value that is set. @throws TypeError for one that is wrong, or that only a call
 * that loads has: a `mode` would be ignored.
 */
export function checkSetOptions(
  method: "set" | "setMany",
  options: CallOptions<never> | undefined,
  maxTags: number,
): void {
  checkCallOptions(method, options, maxTags);
  if (options === undefined) return;
  for (const name of LOADING_CALL)
    if (options[name as keyof CallOptions] !== undefined) checkNames(method, { [name]: undefined });
}

function checkNames(method: Method, options: object, example?: string): void {
  const isSet = method === "set" || method === "setMany";
  checkKnown(`cache.${method}`, options, isSet ? POLICY_OPTIONS : CALL_OPTIONS, example);
}

/** Somebody who gives a number or a text means the time to live. */
function exampleFor(given: unknown): string {
  return typeof given === "number" ? `{ ttl: ${given} }` : '{ ttl: "5m" }';
}

function isPlain(options: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(options);
  return prototype === Object.prototype || prototype === null;
}

/** All but the tags. */
function checkCallOption(method: Method, name: string, options: CallOptions<never>): void {
  const check = CHECKS[name];
  if (check === undefined) checkNames(method, options);
  const given = options[name as keyof CallOptions];
  if (given !== undefined && name !== "tags") check?.(name, given);
}

/** When a value was asked for, and how many milliseconds its loader took, in whole numbers. */
export type Asked = Pick<CacheValue<unknown>, "createdAt" | "loadMs">;

/** The entry for a value; undefined if it is not to be stored. */
export function entryOf<T>(
  policy: Policy,
  data: T,
  { createdAt, loadMs }: Asked,
  tags: readonly string[],
  random: () => number,
): CacheValue<T> | undefined {
  const ends = endsOf(policy, createdAt, random);
  return ends && { data, createdAt, ...ends, tags: tags.length === 0 ? undefined : tags, loadMs };
}

/** When an entry is stale, and when it ends. Undefined: never. */
export type Ends = Required<Pick<CacheValue<unknown>, "staleAt" | "expiresAt">>;

/** The ends of a life that begins at `start`, in epoch milliseconds; undefined if it is over at once. */
export function endsOf(policy: Policy, start: number, random: () => number): Ends | undefined {
  const ttl = Math.ceil(policy.ttl * (1 - policy.jitter * random()));
  if (!(ttl > 0)) return undefined;
  const window = staleWindow(policy);
  const idle = Math.ceil(policy.timeToIdle);
  const end = start + Math.min(ttl + window, idle);
  const isKept = idle !== Number.POSITIVE_INFINITY;
  const staleAt = Number.isFinite(ttl) ? start + ttl : undefined;
  return {
    staleAt: isKept ? (staleAt ?? NEVER_STALE) : window > 0 ? staleAt : undefined,
    expiresAt: Number.isFinite(end) ? end : undefined,
  };
}

/**
 * The `staleAt` of an entry that ends without reads, and is fresh for ever with them: the last instant of a
 * `Date`.
 */
export const NEVER_STALE = 8_640_000_000_000_000;

/** Milliseconds for which an entry is kept after its `ttl`. */
export function staleWindow({ staleWhileRevalidate, staleIfError }: Policy): number {
  return Math.ceil(Math.max(staleWhileRevalidate, staleIfError));
}

/** The policy by which "not found" is stored: for `notFoundTtl`, never stale, and not kept by reads. */
export function notFoundPolicy(policy: Policy): Policy {
  const idle = Number.POSITIVE_INFINITY;
  return { ...policy, ttl: policy.notFoundTtl, staleWhileRevalidate: 0, staleIfError: 0, timeToIdle: idle };
}

/** Milliseconds for which an entry of this policy may be in a store. */
export function longestLife({ ttl, staleWhileRevalidate, staleIfError, notFoundTtl }: Policy): number {
  return Math.max(ttl + Math.max(staleWhileRevalidate, staleIfError), notFoundTtl);
}
