import { type CacheValue, checkKnown, checkOption, FENCE_MS } from "@hitbox/core";
import { type Duration, milliseconds } from "./duration.ts";
import type { CallOptions, LoadOptions } from "./options.ts";

/** Options, checked and with all defaults. Durations in milliseconds; Infinity where there is no end. */
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
  hardTimeout: Number.POSITIVE_INFINITY,
  notFoundTtl: 0,
  lease: 5_000,
  onBackendError: "ignore",
});

export const POLICY_OPTIONS: readonly string[] = Object.keys(BASE);

/** `defaults` with what `options` says. @throws TypeError for an option that is wrong. */
export function policyOf(defaults: Policy, options: LoadOptions): Policy {
  const time = (name: "ttl" | "staleWhileRevalidate" | "staleIfError" | "notFoundTtl"): number =>
    durationOf(name, options[name], defaults[name]);
  return {
    ttl: time("ttl"),
    staleWhileRevalidate: time("staleWhileRevalidate"),
    staleIfError: time("staleIfError"),
    notFoundTtl: time("notFoundTtl"),
    jitter: jitterOf(options.jitter ?? defaults.jitter),
    refreshAhead: aheadOf(options.refreshAhead) ?? defaults.refreshAhead,
    softTimeout: durationOf("softTimeout", options.softTimeout, defaults.softTimeout),
    hardTimeout: durationOf("hardTimeout", options.hardTimeout, defaults.hardTimeout),
    tags: options.tags === undefined ? defaults.tags : checkTagNames(options.tags),
    lease: options.lease === undefined ? defaults.lease : leaseOf(options.lease),
    onBackendError: modeOf(options.onBackendError ?? defaults.onBackendError),
  };
}

/** The policy of one call. */
export function callPolicy(defaults: Policy, options: LoadOptions | undefined): Policy {
  if (options === undefined) return defaults;
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown("getOrSet", options, [...POLICY_OPTIONS, "signal"]);
  checkSignal((options as CallOptions).signal);
  return policyOf(defaults, options);
}

function checkSignal(signal: AbortSignal | undefined): void {
  const ok = signal === undefined || typeof signal?.addEventListener === "function";
  checkOption(ok, "signal", signal, "must be an AbortSignal");
}

/** A copy, which the caller cannot change later. */
export function checkTagNames(tags: readonly string[]): readonly string[] {
  const ok = Array.isArray(tags) && tags.every(isTagName);
  checkOption(ok, "tags", tags, 'must be well-formed strings, none of them empty or starting with "%"');
  return [...tags];
}

function isTagName(tag: unknown): boolean {
  return typeof tag === "string" && tag !== "" && !tag.startsWith("%") && tag.isWellFormed();
}

/** The entry for a value that was asked for at `createdAt`; undefined where it is not to be stored. */
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

/** Milliseconds for which an entry of this policy may be in a store. */
export function longestLife({ ttl, staleWhileRevalidate, staleIfError, notFoundTtl }: Policy): number {
  return Math.max(ttl + Math.max(staleWhileRevalidate, staleIfError), notFoundTtl);
}

function durationOf(name: string, given: Duration | undefined, otherwise: number): number {
  return given === undefined ? otherwise : milliseconds(name, given);
}

function jitterOf(share: number): number {
  checkOption(typeof share === "number" && share >= 0 && share <= 1, "jitter", share, "must be from 0 to 1");
  return share;
}

function aheadOf(share: number | undefined): number | undefined {
  const ok = share === undefined || (typeof share === "number" && share > 0 && share <= 1);
  checkOption(ok, "refreshAhead", share, "must be above 0, and 1 at most");
  return share;
}

function leaseOf(lease: Duration | false): number | false {
  if (lease === false) return false;
  const ms = Math.ceil(milliseconds("lease", lease));
  checkOption(ms >= 1 && ms <= FENCE_MS, "lease", lease, "must be from 1 ms to 5 minutes, or false");
  return ms;
}

function modeOf(mode: "ignore" | "throw"): "ignore" | "throw" {
  checkOption(mode === "ignore" || mode === "throw", "onBackendError", mode, 'must be "ignore" or "throw"');
  return mode;
}
