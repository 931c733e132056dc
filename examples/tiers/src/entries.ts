import { isDeepStrictEqual } from "node:util";
import { type CacheBackend, type CacheKey, type CacheValue, cacheKey, cacheValue } from "@hitbox/core";

export interface Profile {
  readonly id: number;
  readonly name: string;
  readonly languages: readonly string[];
  readonly biography: string;
}

export interface Entry {
  readonly key: CacheKey;
  readonly data: Profile;
}

/** Longer than the program runs; what an interrupted run leaves in a Redis of yours is gone after this. */
export const TTL_MS = 120_000;

/** Keys and values that differ between any two ids. */
export function entries(count: number, firstId = 0): Entry[] {
  return Array.from({ length: count }, (_, index) => entry(firstId + index));
}

function entry(id: number): Entry {
  const languages = ["fr", "de", "pt"].slice(0, 1 + (id % 3));
  const biography = `born in house ${id}, `.repeat(12);
  return { key: cacheKey("profile", { id }), data: { id, name: `Person ${id}`, languages, biography } };
}

/** An entry that no store ever holds. */
export const MISSING: Entry = entry(-1);

export function storedValue({ data }: Entry): CacheValue<Profile> {
  return cacheValue(data, { ttl: TTL_MS });
}

/** Puts the entries into each of the tiers, with the same times in all of them. */
export async function fill(tiers: readonly CacheBackend[], all: readonly Entry[]): Promise<void> {
  const values = all.map((each) => [each.key, storedValue(each)] as const);
  for (const tier of tiers) await tier.setMany(values);
}

/** What a read may answer: the entry, nothing, or either. */
export type Expected = "entry" | "nothing" | "either";

/** Compares all that is read with what was written. */
export class Checks {
  #checked = 0;
  readonly #wrong: string[] = [];

  get checked(): number {
    return this.#checked;
  }

  /** A sentence for each wrong answer. */
  get wrong(): readonly string[] {
    return this.#wrong;
  }

  read({ key, data }: Entry, expected: Expected, value: CacheValue<unknown> | undefined): void {
    const allowed = value === undefined ? expected !== "entry" : expected !== "nothing";
    this.that(
      allowed && (value === undefined || isDeepStrictEqual(value.data, data)),
      `${key.text}: expected ${expected}, got ${JSON.stringify(value?.data) ?? "nothing"}`,
    );
  }

  that(isRight: boolean, sentence: string): void {
    this.#checked++;
    if (!isRight) this.#wrong.push(sentence);
  }
}
