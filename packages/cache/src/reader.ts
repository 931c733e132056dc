import {
  type CacheValue,
  cacheContext,
  chain,
  isPromise,
  isShared,
  isUnreadable,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import type { Found } from "./call.ts";
import type { Core } from "./core.ts";
import { isData } from "./data.ts";
import type { Policy } from "./policy.ts";
import { type Validator, versionOf } from "./schema.ts";
import type { Records } from "./tags.ts";

/** Marks an entry that says "not found". */
export const NOT_FOUND = "%none";

/** Epoch milliseconds until which the entry is fresh. */
export function freshUntil({ staleAt, expiresAt }: CacheValue<unknown>): number {
  return staleAt ?? expiresAt ?? Number.POSITIVE_INFINITY;
}

/** Whether a value may be answered with: fresh, or stale for less than `window` milliseconds. */
export function isWithin(entry: CacheValue<unknown>, now: number, window: number): boolean {
  const end = freshUntil(entry);
  return now < end || now < end + window;
}

/** Whether an entry is due for `refreshAhead`. */
export function isDue(entry: CacheValue<unknown>, now: number, share: number | undefined): boolean {
  if (share === undefined) return false;
  const { createdAt } = entry;
  return now - createdAt >= share * (freshUntil(entry) - createdAt);
}

/** What the entries of a space have in common. */
export interface Kind {
  readonly policy: Policy;
  /** Tags of the cache's own that each entry carries. */
  readonly marks: readonly string[];
  /** An entry that says that it is of another one is none of this space, unless the validator migrates it. */
  readonly version: number;
  readonly validator: Validator<unknown> | undefined;
}

/** What of the entries that tiers answer with counts as an answer: tags are looked at, and the schema. */
export class Reader<T> {
  readonly #core: Core;
  readonly #kind: Kind;

  constructor(core: Core, kind: Kind) {
    this.#core = core;
    this.#kind = kind;
  }

  /**
   * What `read` answers with, where it is good. Records of tags are read in the same batch. Fails as the backend does; an
   * entry that cannot be read is none, and reported.
   */
  judge(
    key: string,
    read: () => MaybePromise<CacheValue<unknown> | undefined>,
    tags: readonly string[] = this.#kind.policy.tags,
  ): MaybePromise<Found<T> | undefined> {
    return recover(
      () => {
        const entry = read();
        if (!isPromise(entry)) return this.judgeNow(key, entry, undefined);
        const records = this.look(tags);
        return entry.then((answered) => this.judgeNow(key, answered, records));
      },
      (error) => this.rescue(key, error),
    );
  }

  /** Asks for the records of tags, and of the space, that entries are read with. */
  look(tags: readonly string[]): Records | undefined {
    return this.#core.tags.look([...tags, ...this.#kind.marks]);
  }

  /** What failed for one entry alone, which cannot be read, is reported. @throws what the backend failed with. */
  rescue(key: string, error: unknown): undefined {
    if (!isUnreadable(error)) throw error;
    return this.#core.report("get", key, error) as undefined;
  }

  /** What a loader gave, as a later hit will have it. @throws InvalidValueError for what the schema refuses. */
  present(key: string, data: unknown): MaybePromise<T> {
    const { validator } = this.#kind;
    if (validator === undefined) return this.#asStored(data as T);
    return chain(validator.check(key, data), (valid) => this.copy(valid as T));
  }

  /** A copy for one more caller. Instances of classes, which a schema may make, have none. */
  copy(data: T): T {
    return isData(data) ? this.#asStored(data) : data;
  }

  #asStored(data: T): T {
    try {
      return this.#core.backend.toHitValue(data, "caller");
    } catch {
      // What no tier can hold is never a hit.
      return data;
    }
  }

  /** What is here already, where it is good. */
  judgeNow(
    key: string,
    entry: CacheValue<unknown> | undefined,
    records: Records | undefined,
  ): MaybePromise<Found<T> | undefined> {
    if (entry === undefined || this.#core.retries.isDoomed(key, entry.createdAt)) return undefined;
    const stands = this.#core.tags.stands(entry, records);
    if (stands === true) return this.#found(key, entry);
    return chain(stands, (still) => {
      if (still) return this.#found(key, entry);
      return records === undefined ? this.#anew(key, entry) : undefined;
    });
  }

  /**
   * What the other tiers have, where the first has answered at once with an entry that has fallen: another process may
   * have stored it anew. Then the first has it too, unless this cache has changed anything meanwhile.
   */
  #anew(key: string, fallen: CacheValue<unknown>): MaybePromise<Found<T> | undefined> {
    const { backend, tags, retries, changes } = this.#core;
    if (backend.shared === backend) return undefined;
    return chain(this.#core.read(key, undefined, backend.shared), (entry) => {
      if (entry === undefined || entry.createdAt <= fallen.createdAt) return undefined;
      if (retries.isDoomed(key, entry.createdAt)) return undefined;
      return chain(tags.stands(entry, undefined), (still) => {
        if (!still) return undefined;
        if (changes === this.#core.changes)
          this.#core.background("set", key, () => backend.set(key, entry, cacheContext("refill")));
        return this.#found(key, entry);
      });
    });
  }

  #found(key: string, entry: CacheValue<unknown>): MaybePromise<Found<T> | undefined> {
    const { validator, version } = this.#kind;
    if (entry.tags?.includes(NOT_FOUND)) return { entry, data: undefined };
    if (!validator?.migrates && versionOf(entry, version) !== version) return undefined;
    if (validator === undefined) return { entry, data: this.#shown(entry) };
    return recover(
      () => chain(validator.validate(key, entry, this.#asHit), (data) => ({ entry, data: data as T })),
      (error) => this.#core.report("validate", key, error) as undefined,
    );
  }

  #shown(entry: CacheValue<unknown>): T {
    return isShared(entry) ? (entry.data as T) : this.#asHit(entry.data as T);
  }

  readonly #asHit = <V>(data: V): V => this.#core.backend.toHitValue(data, "tier");
}
