import {
  type CacheBackend,
  type CacheValue,
  cacheValue,
  chain,
  isPromise,
  isUnreadable,
  type MaybePromise,
  recover,
} from "@hitbox/core";
import { passMillisecond } from "./write/pass-millisecond.ts";
import type { PendingDeletes } from "./write/pending-deletes.ts";
import { isRefused as isRefusal } from "./write/refusal.ts";

/** A tag that stands for a whole space, which can be cleared by it. The cache's other own tags have no record. */
export function spaceTag(space: string): string {
  return `%space:${space}`;
}

function hasRecord(tag: string): boolean {
  return !tag.startsWith("%") || tag.startsWith("%space:");
}

/** When a tag was invalidated last, in epoch milliseconds; undefined where there is no record. */
type Invalidated = MaybePromise<number | undefined>;

/** Records that were asked for together with an entry, by tag. */
export type Records = ReadonlyMap<string, Invalidated>;

/** Most tags whose record is known to be there. */
const MOST_KNOWN = 10_000;
/** How often a record is compared and set before it is set without a comparison. */
const MOST_TRIES = 5;

/**
 * Each tag has a record in the shared tier: when it was invalidated last. An entry stands where it was asked for after
 * that, for each of its tags. The record is made with the first entry of its tag and never expires; where it is missing,
 * because the store has evicted it, no entry of the tag stands.
 */
export class TagIndex {
  readonly #shared: CacheBackend;
  readonly #retries: PendingDeletes;
  readonly #known = new Set<string>();
  /** Invalidations that have not reached the store yet. */
  readonly #unsent = new Map<string, number>();
  /** The last change of a tag's record that is under way. */
  readonly #changing = new Map<string, Promise<void>>();

  readonly #now: () => number;

  constructor(shared: CacheBackend, retries: PendingDeletes, now: () => number) {
    this.#shared = shared;
    this.#retries = retries;
    this.#now = now;
  }

  stamp(tags: readonly string[], _life: number, at: number = this.#now()): MaybePromise<readonly string[]> {
    return chain(this.prepare(tags, at), () => []);
  }

  /** Asks for records ahead of need. */
  ahead(tags: readonly string[]): Records | undefined {
    const named = tags.filter(hasRecord);
    if (named.length === 0) return undefined;
    const records = new Map(named.map((tag) => [tag, this.#lookAhead(tag)]));
    for (const [tag, record] of records)
      if (isPromise(record)) record.then((at) => void records.set(tag, at), ignore);
    return records;
  }

  /** Whether the entry stands: at once where the records are in this process. Fails where one cannot be had. */
  accepts({ tags, createdAt }: CacheValue<unknown>, records: Records | undefined): MaybePromise<boolean> {
    if (tags === undefined || tags.length === 0) return true;
    const pending: Promise<boolean>[] = [];
    for (const tag of tags) {
      const stands = !hasRecord(tag) || this.#standsFor(tag, createdAt, records);
      if (isPromise(stands)) pending.push(stands);
      else if (!stands) return unheard(pending);
    }
    return pending.length === 0 || Promise.all(pending).then((all) => all.every(Boolean));
  }

  /** Sees to it that each tag has a record, from before `createdAt` where it is a new one. Fails as the backend does. */
  prepare(tags: readonly string[], createdAt: number): MaybePromise<unknown> {
    const missing = tags.filter((tag) => hasRecord(tag) && !this.#known.has(tag));
    if (missing.length === 0) return undefined;
    return Promise.all(missing.map((tag) => this.#ensure(tag, createdAt - 1)));
  }

  /** Every entry that was asked for until `at` falls. Where that cannot be written, it is tried again until it is. */
  async invalidate(tags: readonly string[]): Promise<void> {
    const at = this.#now();
    await this.#invalidate(tags, at).finally(() => passMillisecond(this.#now, at));
  }

  async #invalidate(tags: readonly string[], at: number): Promise<void> {
    const distinct = [...new Set(tags)];
    for (const tag of distinct) this.#unsent.set(tag, Math.max(at, this.#unsent.get(tag) ?? 0));
    const sent = await Promise.allSettled(distinct.map((tag) => this.#send(tag)));
    const failures = sent.flatMap((result, index) => {
      if (result.status === "fulfilled") return [];
      const tag = distinct[index] as string;
      // A record that the store never takes, no entry of the tag has: there is nothing to invalidate.
      if (isRefusal(result.reason)) this.#unsent.delete(tag);
      else this.#sendLater(tag, at, result.reason);
      return [result.reason as unknown];
    });
    if (failures.length > 0) throw failures[0];
  }

  /** Every record is gone. */
  forget(): void {
    this.#known.clear();
  }

  #sendLater(tag: string, at: number, error: unknown): void {
    const abandon = (): void => {
      this.#unsent.delete(tag);
    };
    const removal = { at, until: Number.POSITIVE_INFINITY, run: () => this.#send(tag), abandon };
    this.#retries.add(recordKey(tag), removal, error);
  }

  #standsFor(tag: string, createdAt: number, records: Records | undefined): MaybePromise<boolean> {
    if (this.#unsent.size > 0 && (this.#unsent.get(tag) ?? -1) >= createdAt) return false;
    const record = records?.has(tag) ? records.get(tag) : this.#invalidated(tag);
    return chain(record, (at) => at !== undefined && createdAt > at);
  }

  #lookAhead(tag: string): Invalidated {
    return recover(
      () => this.#invalidated(tag),
      (error) => Promise.reject(error),
    );
  }

  /** What the store knows, and what it is about to be told: that may be done before the answer is looked at. */
  #invalidated(tag: string): Invalidated {
    const unsent = this.#unsent.size === 0 ? undefined : this.#unsent.get(tag);
    if (unsent === undefined) return this.#record(tag);
    return chain(this.#record(tag), (at) => (at === undefined ? undefined : Math.max(at, unsent)));
  }

  /** A record that cannot be read is as good as none; a store that does not answer is not. */
  #record(tag: string): Invalidated {
    const record = recover(
      () => this.#shared.get<number>(recordKey(tag)),
      (error) => {
        if (!isUnreadable(error)) throw error;
        return undefined;
      },
    );
    return chain(record, (read) => {
      if (typeof read?.data === "number") {
        this.#know(tag);
        return read.data;
      }
      this.#known.delete(tag);
      return undefined;
    });
  }

  async #ensure(tag: string, at: number): Promise<void> {
    if ((await this.#record(tag)) === undefined) await this.#inTurn(tag, () => this.#write(tag, at, "new"));
    this.#know(tag);
  }

  async #send(tag: string): Promise<void> {
    const at = this.#unsent.get(tag);
    if (at === undefined) return;
    await this.#inTurn(tag, () => this.#write(tag, at, "later"));
    if (this.#unsent.get(tag) === at) this.#unsent.delete(tag);
    this.#know(tag);
  }

  /** In this process, changes of one record happen one after the other. */
  #inTurn(tag: string, change: () => Promise<void>): Promise<void> {
    const mine = (this.#changing.get(tag) ?? Promise.resolve()).then(change);
    const over = mine
      .catch(() => {})
      .then(() => {
        if (this.#changing.get(tag) === over) this.#changing.delete(tag);
      });
    this.#changing.set(tag, over);
    return mine;
  }

  /** Writes a record where there is none or, `later`, an earlier one. */
  async #write(tag: string, at: number, where: "new" | "later"): Promise<void> {
    const isMoot = (known: number | undefined): boolean =>
      known !== undefined && (where === "new" || known >= at);
    const isDone = this.#shared.supports.lease
      ? await this.#compareAndSet(recordKey(tag), at, isMoot)
      : isMoot(await this.#record(tag));
    if (!isDone) await this.#shared.set(recordKey(tag), recordOf(at));
  }

  /** Under a fence: an invalidation by another process must not be overwritten with an earlier one. */
  async #compareAndSet(
    key: string,
    at: number,
    isMoot: (known: number | undefined) => boolean,
  ): Promise<boolean> {
    try {
      for (let tries = 0; tries < MOST_TRIES; tries++) {
        const { fence, value } = await this.#shared.lease<number>(key, 1);
        if (isMoot(value?.data) || (await this.#shared.setFenced(key, recordOf(at), fence))) return true;
      }
    } catch (error) {
      if (!isUnreadable(error)) throw error;
    }
    return false;
  }

  #know(tag: string): void {
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.add(tag);
  }
}

function recordKey(tag: string): string {
  return `%tag:${tag}`;
}

function recordOf(at: number): CacheValue<number> {
  return cacheValue(at, { createdAt: Math.max(0, at) });
}

function ignore(): void {}

function unheard(pending: readonly Promise<unknown>[]): false {
  for (const one of pending) one.catch(() => {});
  return false;
}

/** The entry with the stamps of its tags. */
export function stamped<T>(entry: CacheValue<T>, stamps: readonly string[]): CacheValue<T> {
  return stamps.length === 0 ? entry : { ...entry, tags: [...(entry.tags ?? []), ...stamps] };
}
