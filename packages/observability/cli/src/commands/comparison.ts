import { isDeepStrictEqual } from "node:util";
import { tagStates } from "@hitbox/cache";
import type { CacheValue } from "@hitbox/core";
import type { StoreTier } from "../store/store.ts";

/** Loads the value of a key from the source; undefined if the source has none. */
export type Load = (key: string) => unknown;

export interface Verified {
  readonly checked: number;
  readonly stale: number;
  /** Keys that `load` threw for. */
  readonly failed: number;
  /** 3 for 99.9 % that do not differ; null if none differs. */
  readonly nines: number | null;
  readonly oldestMs: number | null;
  readonly examples: readonly { readonly key: string; readonly ageMs: number }[];
}

const MOST_EXAMPLES = 10;

/** Compares entries with the source, one at a time. */
export class Comparison {
  readonly #tier: StoreTier;
  readonly #load: Load;
  #checked = 0;
  #stale = 0;
  #failed = 0;
  #oldest = 0;
  readonly #examples: { key: string; ageMs: number }[] = [];

  constructor(tier: StoreTier, load: Load) {
    this.#tier = tier;
    this.#load = load;
  }

  async compare(key: string): Promise<void> {
    const entry = await this.#tier.typed.get<unknown>(key);
    if (entry === undefined) return;
    const loaded = await this.#loaded(key);
    if (loaded === undefined) return;
    if (this.#isSame(entry.data, loaded.value)) {
      this.#checked += 1;
      return;
    }
    if (await this.#isAnswered(key, entry)) this.#differs(key, Date.now() - entry.createdAt);
  }

  result(): Verified {
    const [checked, stale, failed, examples] = [this.#checked, this.#stale, this.#failed, this.#examples];
    const nines = stale === 0 ? null : -Math.log10(stale / checked);
    return { checked, stale, failed, nines, oldestMs: stale === 0 ? null : this.#oldest, examples };
  }

  async #loaded(key: string): Promise<{ readonly value: unknown } | undefined> {
    try {
      return { value: await this.#load(key) };
    } catch {
      this.#failed += 1;
      return undefined;
    }
  }

  /** As the value would be after a way through the store, if the store can take it. */
  #isSame(stored: unknown, loaded: unknown): boolean {
    if (isDeepStrictEqual(stored, loaded)) return true;
    const format = this.#tier.raw?.valueFormat;
    if (format === undefined || loaded === undefined) return false;
    try {
      return isDeepStrictEqual(stored, format.deserialize(format.serialize(loaded)));
    } catch {
      return false;
    }
  }

  /** True if the entry is still there, and its tags are valid: others are not answered with. */
  async #isAnswered(key: string, { createdAt }: CacheValue<unknown>): Promise<boolean> {
    const now = await this.#tier.typed.get<unknown>(key);
    if (now === undefined || now.createdAt !== createdAt) return false;
    const states = await tagStates(this.#tier.typed, now.tags ?? []);
    return states.every(({ state }) => state !== "invalid");
  }

  #differs(key: string, ageMs: number): void {
    this.#checked += 1;
    this.#stale += 1;
    this.#oldest = Math.max(this.#oldest, ageMs);
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push({ key, ageMs });
  }
}
