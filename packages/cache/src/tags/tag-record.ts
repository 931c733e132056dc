import { randomBytes } from "node:crypto";
import { type CacheValue, cacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import { STAMP_MARK } from "./entry-tags.ts";
import type { Records, Stamps } from "./tag-index.ts";

/**
 * The record of a tag in the store: its data is the current stamp, random text. Later releases write
 * `stamp.epoch`, where another epoch says that the entries are stale. This one takes such an entry as
 * invalid.
 */
export type TagRecord = CacheValue<string>;

/** A record, or null: the store has none. */
export type Read = MaybePromise<TagRecord | null>;

/** 48 bits, as base64url. */
const STAMP_CHARACTERS = 8;
const MOST_CHARACTERS = 64;
const HOUR_MS = 3_600_000;

/**
 * A record with a stamp that no record has had before. Ends well after an entry that is to live for `life`.
 */
export function newRecord(now: number, life: number): TagRecord {
  return recordOf(randomBytes(6).toString("base64url"), now, life);
}

export function recordOf(stamp: string, now: number, life: number): TagRecord {
  const expiresAt = Math.ceil(now + 2 * life + HOUR_MS);
  // Of no time: a process whose clock is behind takes an entry that is younger than now as none.
  return cacheValue(stamp, { createdAt: 0, ...(Number.isSafeInteger(expiresAt) ? { expiresAt } : {}) });
}

/** The entry under the key of a record, if it is one: other releases have other data there. */
export function asRecord(entry: CacheValue<unknown> | undefined): TagRecord | null {
  const data = entry?.data;
  const isRecord =
    typeof data === "string" && data.length >= STAMP_CHARACTERS && data.length <= MOST_CHARACTERS;
  return isRecord ? (entry as TagRecord) : null;
}

/** Whether the stamp of an entry is the current one. */
export function isCurrent(stamp: string, { data }: TagRecord): boolean {
  return stamp.length === data.length + STAMP_MARK.length && stamp.endsWith(data);
}

/** Records that were asked for at the beginning of one operation. */
export class ReadRecords implements Records {
  /** Number of invalidations of this process by then. */
  readonly moment: number;
  readonly #tags: readonly string[];
  readonly #reads: readonly Read[];

  constructor(tags: readonly string[], reads: readonly Read[], moment: number) {
    this.#tags = tags;
    this.#reads = reads;
    this.moment = moment;
    for (const read of reads) if (isPromise(read)) read.catch(ignore);
  }

  of(tag: string): Read | undefined {
    const index = this.#tags.indexOf(tag);
    return index < 0 ? undefined : this.#reads[index];
  }
}

/** Records whose stamps an entry takes. */
export class TakenStamps implements Stamps {
  readonly tags: readonly string[];
  readonly #records: readonly TagRecord[];

  constructor(tags: readonly string[], records: readonly TagRecord[]) {
    this.tags = tags;
    this.#records = records;
  }

  of(tag: string): TagRecord | undefined {
    const index = this.tags.indexOf(tag);
    return index < 0 ? undefined : this.#records[index];
  }
}

export const NO_STAMPS: TakenStamps = new TakenStamps([], []);

function ignore(): void {}
