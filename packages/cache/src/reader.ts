import { type CacheValue, chain, type MaybePromise, recover } from "@hitbox/core";
import type { Found } from "./call.ts";
import type { Core } from "./core.ts";
import type { Policy } from "./policy.ts";
import type { Validator } from "./schema.ts";

/** Marks an entry that says "not found". */
export const NOT_FOUND = "%none";

/** Epoch milliseconds until which the entry is fresh. */
export function freshUntil({ staleAt, expiresAt }: CacheValue<unknown>): number {
  return staleAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
}

/** Whether a value may be answered with as it is: fresh, or stale for no longer than the policy lets it be. */
export function isUsable(entry: CacheValue<unknown>, now: number, policy: Policy): boolean {
  const end = freshUntil(entry);
  return now < end || now < end + policy.staleWhileRevalidate;
}

/** Whether an entry is due for `refreshAhead`. */
export function isDue(entry: CacheValue<unknown>, now: number, share: number | undefined): boolean {
  if (share === undefined) return false;
  const { createdAt } = entry;
  return now - createdAt >= share * (freshUntil(entry) - createdAt);
}

/** What of the entries that tiers answer with counts as an answer: tags are looked at, and the schema. */
export class Reader<T> {
  readonly #core: Core;
  readonly #validator: Validator<T> | undefined;

  constructor(core: Core, validator: Validator<T> | undefined) {
    this.#core = core;
    this.#validator = validator;
  }

  /** Whether an entry without tags needs no look at all. */
  get isPlain(): boolean {
    return this.#validator === undefined;
  }

  read(key: string): MaybePromise<CacheValue<unknown> | undefined> {
    return this.#core.backend.get(key);
  }

  /** Never fails: what cannot be judged is not an answer. */
  judge(key: string, entry: CacheValue<unknown> | undefined): MaybePromise<Found<T> | undefined> {
    if (entry === undefined || this.#core.retries.isDoomed(key, entry.createdAt)) return undefined;
    const stands = this.#core.tags.stands(entry);
    if (stands === true) return this.#found(key, entry);
    return chain(stands, (still) => (still ? this.#found(key, entry) : undefined));
  }

  #found(key: string, entry: CacheValue<unknown>): MaybePromise<Found<T> | undefined> {
    if (entry.tags?.includes(NOT_FOUND)) return { entry, data: undefined };
    const validator = this.#validator;
    if (validator === undefined) return { entry, data: entry.data as T };
    return recover(
      () => chain(validator.validate(key, entry), (data) => ({ entry, data })),
      (error) => this.#core.report("validate", key, error) as undefined,
    );
  }
}
