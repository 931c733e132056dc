import { setTimeout as wait } from "node:timers/promises";
import { BackendError } from "@hitbox/core";
import { type CheckMessage, publish, tell } from "../channels.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { spaceOf } from "../keys/space-of.ts";
import type { Lookup } from "../read/lookup.ts";
import { CacheView } from "../view.ts";
import type { CheckSettings } from "./check-options.ts";

type Outcome = CheckMessage["outcome"];

export interface CheckCounts {
  /** Values that were compared with their source: the sum of `same` and `stale`. */
  readonly checked: number;
  readonly same: number;
  /** Values that differed from their source, and still did when they were looked at again. */
  readonly stale: number;
  /** Values that the cache has replaced or dropped while they were checked. */
  readonly changed: number;
  /** Checks whose `load`, or whose comparison, has failed. */
  readonly failed: number;
  /** Answers that were not checked, since `maxPending` checks were under way. */
  readonly dropped: number;
}

/** Compares answers of a cache with their source, in the background. */
export class Checker {
  readonly #cache: CacheView;
  readonly #settings: CheckSettings;
  readonly #counts = { checked: 0, same: 0, stale: 0, changed: 0, failed: 0, dropped: 0 };
  #pending = 0;

  constructor(cache: CacheView, settings: CheckSettings) {
    this.#cache = cache;
    this.#settings = settings;
  }

  counts(): CheckCounts {
    return { ...this.#counts };
  }

  /** `answer`. Once it is there, a share of its keys is checked. */
  after<R>(answer: Promise<R>, keys: readonly KeyInput[]): Promise<R> {
    return answer.then((value) => {
      for (const key of keys) if (this.#settings.random() < this.#settings.sample) this.#begin(key);
      return value;
    });
  }

  #begin(key: KeyInput): void {
    if (this.#pending >= this.#settings.maxPending) {
      this.#counts.dropped += 1;
      return;
    }
    this.#pending += 1;
    void this.#check(key)
      .catch((error: unknown) => {
        if (!BackendError.is(error) || error.code !== "closed") this.#note(key, "failed", undefined, error);
      })
      .finally(() => {
        this.#pending -= 1;
      });
  }

  async #check(key: KeyInput): Promise<void> {
    const found = await this.#cache.lookup(key);
    if (found.status !== "fresh" || found.value === undefined) return;
    if (await this.#isSame(key, found)) return this.#note(key, "same", found);
    const { recheckAfter } = this.#settings;
    if (recheckAfter > 0) await wait(recheckAfter, undefined, { ref: false });
    const again = await this.#cache.lookup(key);
    if (again.createdAt !== found.createdAt) return this.#note(key, "changed", found);
    this.#note(key, (await this.#isSame(key, again)) ? "same" : "stale", again);
  }

  /** `undefined` of the source: the value is gone there. */
  async #isSame(key: KeyInput, { value }: Lookup<unknown>): Promise<boolean> {
    const source = await this.#settings.load(key);
    return source !== undefined && this.#settings.isEqual(value, source);
  }

  #note(key: KeyInput, outcome: Outcome, found: Lookup<unknown> | undefined, error?: unknown): void {
    this.#counts[outcome] += 1;
    if (outcome === "same" || outcome === "stale") this.#counts.checked += 1;
    const { cache, text } = CacheView.placeOf(this.#cache, key);
    const rest = { key: text, outcome, age: found?.age, source: found?.source, error };
    publish("check", cache, text, () => rest);
    if (outcome === "stale") tell(this.#settings.onStale, { cache, ...spaceOf(text), ...rest });
  }
}
