import { checkFunction, checkOption, FENCE_MS } from "@hitbox/core";
import { checkTagNames } from "../tags/tag-names.ts";
import { type Duration, milliseconds } from "./duration.ts";

type Check = (name: string, given: unknown) => unknown;

const aFunction: Check = (name, given) => {
  checkFunction(name, given);
  return given;
};

const duration: Check = (name, given) => milliseconds(name, given as Duration);

const MODES = new Set<unknown>(["default", "reload", "no-store", "only-if-cached", "force-cache"]);

/**
 * The value of each option of a call, in milliseconds for a duration. Each throws a TypeError for a wrong
 * one.
 */
export const CHECKS: Readonly<Record<string, Check>> = Object.freeze({
  // Without the names that every object has, such as `toString`.
  __proto__: null as never,
  ttl: (name, given) => (typeof given === "function" ? given : duration(name, given)),
  staleWhileRevalidate: duration,
  staleIfError: duration,
  notFoundTtl: duration,
  timeToIdle(name, given) {
    const ms = milliseconds(name, given as Duration);
    checkOption(ms > 0, name, given, "must be above 0");
    return ms;
  },
  retryAfter: duration,
  softTimeout: duration,
  hardTimeout: duration,
  jitter(name, share) {
    checkOption(typeof share === "number" && share >= 0 && share <= 1, name, share, "must be from 0 to 1");
    return share;
  },
  refreshAhead(name, ahead) {
    const ok = ahead === "adaptive" || (typeof ahead === "number" && ahead > 0 && ahead <= 1);
    checkOption(ok, name, ahead, 'must be above 0, and 1 at most, or "adaptive"');
    return ahead;
  },
  lease(name, lease) {
    if (lease === false) return false;
    const ms = Math.ceil(milliseconds(name, lease as Duration));
    checkOption(ms >= 1 && ms <= FENCE_MS, name, lease, "must be from 1 ms to 5 minutes, or false");
    return ms;
  },
  onBackendError(name, mode) {
    checkOption(mode === "ignore" || mode === "throw", name, mode, 'must be "ignore" or "throw"');
    return mode;
  },
  maxAge: duration,
  mode(name, mode) {
    const rule = `must be one of ${[...MODES].join(", ")}`;
    checkOption(MODES.has(mode), name, mode, rule);
    return mode;
  },
  tags: (_, tags) => (typeof tags === "function" ? tags : checkTagNames(tags as readonly string[])),
  skip: aFunction,
  isNotFound: aFunction,
  waitUntil: aFunction,
  staleOn: aFunction,
  onAbandoned(name, how) {
    checkOption(how === "abort" || how === "finish", name, how, 'must be "abort" or "finish"');
    return how;
  },
  signal(name, signal) {
    const ok = typeof (signal as AbortSignal | null)?.addEventListener === "function";
    checkOption(ok, name, signal, "must be an AbortSignal");
    return signal;
  },
} satisfies Record<string, Check>);
