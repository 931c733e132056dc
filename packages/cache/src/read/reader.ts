import {
  type CacheContext,
  type CacheValue,
  chain,
  isPromise,
  isShared,
  isUnreadable,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import type { Engine } from "../engine.ts";
import type { Policy } from "../policy/policy.ts";
import type { SpaceStats } from "../stats/space-stats.ts";
import { hasRecord } from "../tags/entry-tags.ts";
import type { Records, Verdict } from "../tags/tag-index.ts";
import { isData, isFrozenDeep } from "./data.ts";
import type { Entry, Found } from "./found.ts";
import { freshUntil } from "./freshness.ts";
import { type Validator, versionOf } from "./schema.ts";

/** Marks an entry that says "not found". */
export const NOT_FOUND = "%none";

/** The part of a space that decides which entries are its own. */
export interface Kind {
  readonly policy: Policy;
  /** Tags of the cache's own that each entry carries. */
  readonly internalTags: readonly string[];
  /**
   * An entry that says that it is of another version is none of this space, unless the validator migrates it.
   */
  readonly version: number;
  readonly validator: Validator<unknown> | undefined;
  readonly stats: SpaceStats;
}

/**
 * Decides which entries of the tiers may be used: their tags have to be valid, and their values pass the
 * schema.
 */
export class Reader<T> {
  readonly #engine: Engine;
  readonly #kind: Kind;
  /** Tags by which entries of the space are cleared. */
  readonly #clearedBy: readonly string[];

  constructor(engine: Engine, kind: Kind) {
    this.#engine = engine;
    this.#kind = kind;
    this.#clearedBy = kind.internalTags.filter(hasRecord);
  }

  /**
   * True if a `clear` of the space would reach the entry. It does not, if the entry was stored by a process
   * that made the space without.
   */
  isOfSpace({ tags }: CacheValue<unknown>): boolean {
    const { length } = this.#clearedBy;
    return length === 0 || (tags !== undefined && this.#clearedBy.every((tag) => tags.includes(tag)));
  }

  /**
   * Accepts the entry that `read` answers with. Records of tags are read in the same batch. Fails as the
   * backend does; an entry that cannot be read is none, and reported.
   */
  read(
    key: string,
    read: () => MaybePromise<Entry>,
    tags: readonly string[] = this.#kind.policy.tags,
    context?: CacheContext | undefined,
  ): MaybePromise<Found<T> | undefined> {
    return recover(
      () => {
        const entry = read();
        if (!isPromise(entry)) return this.accept(key, entry, undefined, context);
        const records = this.look(tags);
        return entry.then((answered) => this.accept(key, answered, records, context));
      },
      (error) => {
        if (!isUnreadable(error)) throw error;
        return this.#engine.report("get", key, error);
      },
    );
  }

  /** Asks for the records of tags, and of the space, that entries are read with. */
  look(tags: readonly string[]): Records | undefined {
    const { internalTags } = this.#kind;
    if (tags.length === 0 && internalTags.length === 0) return undefined;
    return this.#engine.tags.ahead([...tags, ...internalTags]);
  }

  /**
   * The entry if it may be used. `records` were read together with it; undefined for one of the first tier.
   */
  accept(
    key: string,
    entry: Entry,
    records: Records | undefined,
    context?: CacheContext | undefined,
  ): MaybePromise<Found<T> | undefined> {
    if (entry === undefined) return undefined;
    if (entry.tags === undefined || entry.tags.length === 0) return this.#found(key, entry);
    const verdict = this.#engine.tags.accepts(entry, records);
    if (verdict === true) return this.#found(key, entry);
    return chain(verdict, (known) => {
      if (known === true) return this.#found(key, entry);
      if (records !== undefined) return this.#judged(key, entry, known);
      return chain(this.#newer(key, context), (newer) => newer ?? this.#judged(key, entry, known));
    });
  }

  /**
   * Converts a loaded value to the form that a hit returns. @throws InvalidValueError if the schema refuses
   * it.
   */
  toAnswer(key: string, data: unknown): MaybePromise<T> {
    const { validator } = this.#kind;
    if (validator === undefined) return this.#asStored(data as T);
    return chain(validator.check(key, data), (valid) => this.copy(valid as T));
  }

  /** The data that a loader would give for a value that was found; undefined for "not found". */
  toLoaded({ entry }: Found<T>): T | undefined {
    if (entry.tags?.includes(NOT_FOUND)) return undefined;
    const { validator } = this.#kind;
    return (validator === undefined ? entry.data : validator.upToDate(entry)) as T;
  }

  /** The value for one of several callers, who share no object that can be changed. */
  ownOf(data: T | undefined): T | undefined {
    return data === undefined || isFrozenDeep(data) ? data : this.copy(data);
  }

  /** A copy for one more caller. Instances of classes, which a schema may make, have none. */
  copy(data: T): T {
    return isData(data) ? this.#asStored(data) : data;
  }

  #asStored(data: T): T {
    try {
      return this.#engine.backend.toHitValue(data, "caller");
    } catch {
      // A value that no tier can hold is never a hit.
      return data;
    }
  }

  /**
   * The first tier has an entry that was invalidated or expired: another process may have stored the value
   * anew, in the tier that all share. The first tier is offered it there.
   */
  #newer(key: string, context: CacheContext | undefined): MaybePromise<Found<T> | undefined> {
    const { tags, isItsOwnShared } = this.#engine;
    if (isItsOwnShared) return undefined;
    return chain(this.#engine.getShared(key, context), (entry) => {
      if (entry === undefined) return undefined;
      return chain(tags.accepts(entry, undefined), (verdict) => this.#judged(key, entry, verdict));
    });
  }

  /** The entry by the verdict on its tags. No clock decides whether one that was expired is stale. */
  #judged(key: string, entry: CacheValue<unknown>, verdict: Verdict): MaybePromise<Found<T> | undefined> {
    if (typeof verdict === "boolean") return verdict ? this.#found(key, entry) : undefined;
    const { data, createdAt, expiresAt, tags, loadMs } = entry;
    const staleAt = Math.min(freshUntil(entry), verdict, this.#engine.now());
    return this.#found(key, { data, createdAt, staleAt, expiresAt, tags, loadMs });
  }

  #found(key: string, entry: CacheValue<unknown>): MaybePromise<Found<T> | undefined> {
    const { validator } = this.#kind;
    if (entry.tags !== undefined || this.#clearedBy.length > 0) {
      if (!this.#isOwn(entry)) return undefined;
      if (entry.tags?.includes(NOT_FOUND)) return { entry, data: undefined };
    }
    if (validator === undefined)
      return { entry, data: isShared(entry) ? (entry.data as T) : this.#asHit(entry.data as T) };
    return recover(
      () => chain(validator.validate(key, entry, this.#asHit), (data) => ({ entry, data: data as T })),
      (error) => this.#engine.report("validate", key, error),
    );
  }

  /** True if the entry is of this space, and of a version that can be read here. */
  #isOwn(entry: CacheValue<unknown>): boolean {
    if (!this.isOfSpace(entry)) return false;
    const { validator, version } = this.#kind;
    const isAny = validator?.migrates === true || entry.tags?.includes(NOT_FOUND) === true;
    return isAny || versionOf(entry, version) === version;
  }

  readonly #asHit = <V>(data: V): V => this.#engine.backend.toHitValue(data, "tier");
}
