import { setTimeout as wait } from "node:timers/promises";
import {
  type Backend,
  checkInteger,
  checkKnown,
  checkMilliseconds,
  checkOption,
  delegateTo,
} from "@hitbox/core";
import { checkRaw } from "../check-raw.ts";
import { changesCopied } from "./changes-copied.ts";
import { Comparisons } from "./comparisons.ts";
import { Copies } from "./copies.ts";
import { readsCompared } from "./reads-compared.ts";
import { sampleOf } from "./sample.ts";
import { ShadowState } from "./shadow-state.ts";
import type { ShadowStats } from "./shadow-stats.ts";

export interface ShadowOptions {
  /** Share of the keys that the candidate gets, above 0, at most 1; the same ones everywhere. Default: 1. */
  readonly sample?: number | undefined;
  /** Most changes and comparisons under way; those beyond are left out and counted. Default: 1,000. */
  readonly maxPending?: number | undefined;
  /**
   * Milliseconds until a difference is looked at again, before it counts: another process may have changed
   * one store and not yet the other. 0: it counts at once. Default: 250.
   */
  readonly recheckAfter?: number | undefined;
}

/** Longest wait in milliseconds for a candidate to close. */
const CLOSE_MS = 1_000;

/** A backend that is compared with a candidate. */
export interface Shadow<Raw> extends Backend<Raw> {
  shadowStats(): ShadowStats;
}

/**
 * `backend`, with a candidate beside it that gets the same changes and never answers: to see under real
 * traffic how often a new tier would hit, how long it would take, and where it differs, before anything
 * relies on it. Nobody waits for the candidate, and none of its errors reaches a caller.
 *
 * A change goes to the candidate once the backend has done it; those of a key keep their order. A read of the
 * backend is followed by one of the candidate. Entries from before the shadow are `missing` until they are
 * written anew. Batches go to the candidate key by key.
 *
 * The candidate is closed with the backend.
 *
 * @throws TypeError for a typed backend, for a candidate that keeps other values (live ones beside bytes),
 * and for an option that is unknown or wrong.
 * @example
 * const tier = shadow(memory({ maxEntries: 1_000 }), memory({ maxEntries: 100, label: "small" }));
 * const cache = cacheBackend(tier);
 * await cache.set("greeting", cacheValue("hello"));
 * await cache.get("greeting");
 * await new Promise(setImmediate);
 * tier.shadowStats().same; // 1
 */
export function shadow<Raw>(
  backend: Backend<Raw>,
  candidate: Backend<Raw>,
  options: ShadowOptions = {},
): Shadow<Raw> {
  checkRaw(backend);
  checkRaw(candidate);
  checkKnown("shadow", options, ["sample", "maxPending", "recheckAfter"]);
  const { sample = 1, maxPending = 1_000, recheckAfter = 250 } = options;
  checkOption(sample > 0 && sample <= 1, "sample", sample, "must be above 0, and at most 1");
  checkInteger("maxPending", maxPending, 1, 1_000_000);
  checkMilliseconds("recheckAfter", recheckAfter, 0, 60_000);
  const fits = candidate.valueFormat?.kind === backend.valueFormat.kind;
  checkOption(fits, "candidate", candidate.label, "must keep what the backend keeps: live values, or bytes");
  const inner = delegateTo(backend);
  const state = new ShadowState(sampleOf(sample), maxPending);
  return Object.freeze({
    ...inner,
    ...readsCompared(inner, new Comparisons(inner, candidate, state, recheckAfter)),
    ...changesCopied(inner, new Copies(candidate, state)),
    close: () => {
      state.closing.abort();
      return closeBoth(inner, candidate);
    },
    shadowStats: () => ({ ...state.counts }),
  });
}

/** The candidate gets one second to close, and may fail. */
async function closeBoth<Raw>(backend: Backend<Raw>, candidate: Backend<Raw>): Promise<void> {
  const closed = new AbortController();
  const late = wait(CLOSE_MS, undefined, { signal: closed.signal }).catch(() => {});
  const candidateClosed = (async () => candidate.close?.())().catch(() => {});
  try {
    await Promise.all([backend.close?.(), Promise.race([candidateClosed, late])]);
  } finally {
    closed.abort();
  }
}
