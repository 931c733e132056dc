import { type CacheValue, checkKnown, checkOption } from "@hitbox/core";
import type { CallOptions, LoadOptions } from "../options.ts";
import { checkTagCount, checkTags } from "../tags/tag-names.ts";
import { CHECKS } from "./checks.ts";

/** Options, checked and with all defaults. Durations in milliseconds; Infinity: without end. */
export interface Policy {
  readonly ttl: number;
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  readonly jitter: number;
  readonly tags: readonly string[];
  readonly refreshAhead: number | undefined;
  readonly softTimeout: number;
  readonly hardTimeout: number;
  readonly notFoundTtl: number;
  readonly lease: number | false;
  readonly onBackendError: "ignore" | "throw";
}

export const BASE: Policy = Object.freeze<Policy>({
  ttl: 0,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  jitter: 0,
  tags: [],
  refreshAhead: undefined,
  softTimeout: Number.POSITIVE_INFINITY,
  hardTimeout: 30_000,
  notFoundTtl: 0,
  lease: 5_000,
  onBackendError: "ignore",
});

export const POLICY_OPTIONS: readonly string[] = Object.keys(BASE);
const CALL_OPTIONS: readonly string[] = [...POLICY_OPTIONS, "signal"];

/** `defaults` with the options that are given. @throws TypeError for an option that is wrong. */
export function policyOf(defaults: Policy, options: LoadOptions): Policy {
  const policy: Record<string, unknown> = { ...defaults };
  for (const name of POLICY_OPTIONS) {
    const given = options[name as keyof LoadOptions];
    if (given !== undefined) policy[name] = CHECKS[name]?.(name, given);
  }
  checkSoftTimeout(policy as unknown as Policy, options);
  return policy as unknown as Policy;
}

/** Without a stale value there is nothing to answer with in time. */
function checkSoftTimeout(policy: Policy, { softTimeout }: LoadOptions): void {
  if (softTimeout === undefined || policy.softTimeout === Number.POSITIVE_INFINITY) return;
  const hasStale = policy.staleIfError > 0 || policy.staleWhileRevalidate > 0;
  checkOption(hasStale, "softTimeout", softTimeout, "needs staleIfError or staleWhileRevalidate beside it");
}

/** The policy of one call. Its options have been checked. */
export function callPolicy(defaults: Policy, options: LoadOptions | undefined): Policy {
  return options === undefined ? defaults : policyOf(defaults, options);
}

/**
 * Checks the options of every call, also of one that needs none of them. @throws TypeError for one that is
 * wrong.
 */
export function checkCallOptions(options: CallOptions | undefined, maxTags: number): void {
  if (options === undefined) return;
  const isObject = typeof options === "object" && options !== null;
  if (!isObject) checkKnown("cache", options, CALL_OPTIONS, exampleFor(options));
  for (const name in options) {
    const check = CHECKS[name];
    if (check === undefined) checkKnown("cache", options, CALL_OPTIONS);
    const given = options[name as keyof CallOptions];
    if (given !== undefined && name !== "tags") check?.(name, given);
  }
  if (options.tags === undefined) return;
  checkTags(options.tags);
  checkTagCount(options.tags, maxTags);
}

/** Somebody who gives a number or a text means the time to live. */
function exampleFor(given: unknown): string {
  return typeof given === "number" ? `{ ttl: ${given} }` : '{ ttl: "5m" }';
}

/** The entry for a value that was asked for at `createdAt`; undefined if it is not to be stored. */
export function entryOf<T>(
  policy: Policy,
  data: T,
  createdAt: number,
  tags: readonly string[],
  random: () => number,
): CacheValue<T> | undefined {
  const ttl = Math.ceil(policy.ttl * (1 - policy.jitter * random()));
  if (!(ttl > 0)) return undefined;
  const window = Math.max(policy.staleWhileRevalidate, policy.staleIfError);
  const end = createdAt + ttl + Math.ceil(window);
  return {
    data,
    createdAt,
    staleAt: window > 0 && Number.isFinite(ttl) ? createdAt + ttl : undefined,
    expiresAt: Number.isFinite(end) ? end : undefined,
    tags: tags.length === 0 ? undefined : tags,
  };
}

/** The policy by which "not found" is stored: for `notFoundTtl`, and never stale. */
export function notFoundPolicy(policy: Policy): Policy {
  return { ...policy, ttl: policy.notFoundTtl, staleWhileRevalidate: 0, staleIfError: 0 };
}

/** Milliseconds for which an entry of this policy may be in a store. */
export function longestLife({ ttl, staleWhileRevalidate, staleIfError, notFoundTtl }: Policy): number {
  return Math.max(ttl + Math.max(staleWhileRevalidate, staleIfError), notFoundTtl);
}
