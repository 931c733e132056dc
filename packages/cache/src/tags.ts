import {
  type CacheBackend,
  type CacheValue,
  cacheValue,
  chain,
  isPromise,
  type MaybePromise,
} from "@hitbox/core";
import type { Retries } from "./retries.ts";

/** A tag that stands for a whole space, which can be cleared by it. The cache's other own tags have no record. */
export function spaceTag(space: string): string {
  return `%space:${space}`;
}

function hasRecord(tag: string): boolean {
  return !tag.startsWith("%") || tag.startsWith("%space:");
}

/** Most tags whose record is known to be there. */
const MOST_KNOWN = 10_000;
/** A record is made by one caller at a time; milliseconds. */
const RECORD_LEASE_MS = 1_000;

/**
 * Each tag has a record in the shared tier: when it was invalidated last. An entry stands where it was asked for after
 * that, for each of its tags. The record is made with the first entry of its tag and never expires; where it is missing
 * or cannot be read, because the store has evicted it or is away, no entry of the tag stands.
 */
export class Tags {
  readonly #shared: CacheBackend;
  readonly #retries: Retries;
  readonly #known = new Set<string>();
  /** Invalidations that have not reached the store yet. */
  readonly #unsent = new Map<string, number>();

  constructor(shared: CacheBackend, retries: Retries) {
    this.#shared = shared;
    this.#retries = retries;
  }

  /** Whether the entry stands. Answers at once where the records are in this process. */
  stands(entry: CacheValue<unknown>): MaybePromise<boolean> {
    const { tags, createdAt } = entry;
    if (tags === undefined || tags.length === 0) return true;
    const pending: Promise<boolean>[] = [];
    for (const tag of tags) {
      const stands = !hasRecord(tag) || this.#standsFor(tag, createdAt);
      if (isPromise(stands)) pending.push(stands);
      else if (!stands) return forget(pending);
    }
    return pending.length === 0 || Promise.all(pending).then((all) => all.every(Boolean));
  }

  /** Sees to it that each tag has a record, from before `createdAt` where it is a new one. Throws as the backend does. */
  prepare(tags: readonly string[], createdAt: number): MaybePromise<unknown> {
    const missing = tags.filter((tag) => hasRecord(tag) && !this.#known.has(tag));
    if (missing.length === 0) return undefined;
    return Promise.all(missing.map((tag) => this.#ensureRecord(tag, createdAt)));
  }

  /** Every entry that was asked for until `at` falls. Where that cannot be written, it is tried again until it is. */
  async invalidate(tags: readonly string[], at: number): Promise<void> {
    for (const tag of tags) this.#unsent.set(tag, Math.max(at, this.#unsent.get(tag) ?? 0));
    try {
      await this.#shared.setMany(tags.map((tag) => [recordKey(tag), recordOf(at)] as const));
      for (const tag of tags) this.#sent(tag, at);
    } catch (error) {
      for (const tag of tags)
        this.#retries.add(
          recordKey(tag),
          { at, until: Number.POSITIVE_INFINITY, run: () => this.#send(tag) },
          error,
        );
      throw error;
    }
  }

  /** Every record is gone. */
  forget(): void {
    this.#known.clear();
  }

  #standsFor(tag: string, createdAt: number): MaybePromise<boolean> {
    if (this.#unsent.size > 0 && (this.#unsent.get(tag) ?? -1) >= createdAt) return false;
    const record = attempt(() => this.#shared.get<number>(recordKey(tag)));
    return chain(record, (read) => this.#isAfter(tag, createdAt, read));
  }

  #isAfter(tag: string, createdAt: number, record: CacheValue<number> | undefined): boolean {
    if (typeof record?.data === "number") return createdAt > record.data;
    this.#known.delete(tag);
    return false;
  }

  async #ensureRecord(tag: string, createdAt: number): Promise<void> {
    const key = recordKey(tag);
    const record = await this.#shared.get<number>(key);
    if (record === undefined) await this.#makeRecord(key, createdAt - 1);
    this.#know(tag);
  }

  // Under a fence where there are any: an invalidation that comes in between must not be overwritten.
  async #makeRecord(key: string, at: number): Promise<void> {
    if (!this.#shared.supports.lease) return this.#shared.set(key, recordOf(at));
    const { fence, value } = await this.#shared.lease<number>(key, RECORD_LEASE_MS);
    if (value === undefined) await this.#shared.setFenced(key, recordOf(at), fence);
  }

  async #send(tag: string): Promise<void> {
    const at = this.#unsent.get(tag);
    if (at === undefined) return;
    const record = await this.#shared.get<number>(recordKey(tag));
    if (!(Number(record?.data) >= at)) await this.#shared.set(recordKey(tag), recordOf(at));
    this.#sent(tag, at);
  }

  #sent(tag: string, at: number): void {
    if (this.#unsent.get(tag) === at) this.#unsent.delete(tag);
    this.#know(tag);
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

/** A record that cannot be read is as good as none. */
function attempt<T>(get: () => MaybePromise<T | undefined>): MaybePromise<T | undefined> {
  try {
    const read = get();
    return isPromise(read) ? read.catch(() => undefined) : read;
  } catch {
    return undefined;
  }
}

function forget(pending: readonly Promise<unknown>[]): false {
  for (const one of pending) one.catch(() => {});
  return false;
}
