import { isDeepStrictEqual } from "node:util";
import { checkFunction, checkInteger, checkKnown, checkMilliseconds, checkOption } from "@hitbox/core";
import type { CheckMessage } from "../channels.ts";
import type { KeyInput } from "../keys/key-text.ts";

export interface CheckOptions<K, T> {
  /** Share of the answers that are checked, above 0, at most 1. */
  readonly sample: number;
  /** Returns the value of a key at its source; undefined if there is none any more. */
  readonly load: (key: K) => T | undefined | PromiseLike<T | undefined>;
  /** Tells if a cached value is as good as its source. Default: deep, strict equality. */
  readonly isEqual?: ((cached: T, source: T) => boolean) | undefined;
  /** Most checks under way. A further answer is not checked, and counts as dropped. Default: 10. */
  readonly maxPending?: number | undefined;
  /**
   * Milliseconds until a difference is checked again, before it counts: an invalidation may be under way. 0:
   * it counts at once. Default: 1,000.
   */
  readonly recheckAfter?: number | undefined;
  /** Called for each stale value. An error that it throws is ignored. Default: none. */
  readonly onStale?: ((check: CheckMessage) => void) | undefined;
  /** From 0 to below 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

type Options = CheckOptions<KeyInput, unknown>;

export type CheckSettings = { readonly [Name in keyof Options]-?: NonNullable<Options[Name]> };

export function settingsOf(options: CheckOptions<KeyInput, unknown>): CheckSettings {
  const names = ["sample", "load", "isEqual", "maxPending", "recheckAfter", "onStale", "random"];
  checkKnown("checked", options, names, "{ sample: 0.01, load: (key) => … }");
  const { sample, load, isEqual = isDeepStrictEqual, maxPending = 10, recheckAfter = 1_000 } = options;
  const { onStale = () => {}, random = Math.random } = options;
  checkOption(sample > 0 && sample <= 1, "sample", sample, "must be above 0, and at most 1");
  checkOption(typeof load === "function", "load", load, "must be a function");
  checkInteger("maxPending", maxPending, 1, 10_000);
  checkMilliseconds("recheckAfter", recheckAfter, 0, 3_600_000);
  for (const [name, given] of Object.entries({ isEqual, onStale, random })) checkFunction(name, given);
  return { sample, load, isEqual, maxPending, recheckAfter, onStale, random };
}
