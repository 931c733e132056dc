import { randomBytes } from "node:crypto";
import { type CacheValue, cacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import { STAMP_MARK } from "./entry-tags.ts";
import type { Records, Stamps, Verdict } from "./tag-index.ts";

/**
 * The record of a tag in the store. Its data is the current stamp, random text; after an `expireTags` it is
 * the stamp and its epochs, such as `stamp..lzx1k2.lzx9a0`: see `epochsAfter`.
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

/** Most epochs of a record. Entries of an earlier one are invalid. */
const MOST_EPOCHS = 5;
/** Characters of a moment, base 36: those of the year 4000 have 9. */
const RADIX = 36;

/**
 * The data of a record whose entries are stale from `at` on, in epoch milliseconds. An epoch is the moment at
 * which the entries of the one before became stale; the first is empty. Its moment is later than any earlier
 * one, whatever the clock says.
 */
export function expiredData(data: string, at: number): string {
  const [stamp, ...known] = data.split(".");
  const epochs = known.length === 0 ? [""] : known;
  const moment = Math.max(at, momentOf(epochs.at(-1) as string) + 1);
  return [stamp, ...epochs.slice(1 - MOST_EPOCHS), moment.toString(RADIX)].join(".");
}

/** The stamp that an entry takes of a record: of the last epoch. */
export function stampOf({ data }: TagRecord): string {
  const end = data.indexOf(".");
  return end < 0
    ? STAMP_MARK + data
    : `${STAMP_MARK}${data.slice(0, end)}${data.slice(data.lastIndexOf("."))}`;
}

/**
 * True if an entry with this stamp is valid. A number: it is stale from that moment on, which another
 * process's clock has given.
 */
export function verdictOf(stamp: string, { data }: TagRecord): Verdict {
  if (stamp.length === data.length + STAMP_MARK.length && stamp.endsWith(data)) return true;
  const [current, ...epochs] = data.split(".");
  const [own, epoch = ""] = stamp.slice(STAMP_MARK.length).split(".");
  const index = own === current ? epochs.indexOf(epoch) : -1;
  if (index < 0) return false;
  return index === epochs.length - 1 || momentOf(epochs[index + 1] as string);
}

/** The verdict of several tags: the first moment at which the entry became stale, if all are valid. */
export function worseOf(one: Verdict, other: Verdict): Verdict {
  if (one === true || other === false) return other;
  return other === true || one === false ? one : Math.min(one, other);
}

function momentOf(epoch: string): number {
  return epoch === "" ? 0 : Number.parseInt(epoch, RADIX);
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
