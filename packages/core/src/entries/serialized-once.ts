import { type CacheValue, checkCacheValue } from "../cache-value.ts";
import type { Format } from "../format.ts";
import { DecodedEntry } from "./decoded-entry.ts";

/** The latest instant that a value can have. A value that is fresh until then never becomes stale. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

/**
 * A value on its way to several tiers: tiers of one format share one serialization. Made for one `set` and
 * dropped with it, so that it never shows a later change of `data`.
 */
export class SerializedOnce<T> implements CacheValue<T> {
  readonly data: T;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  readonly loadMs: number | undefined;
  /** The value that this one was made of, with the same data. */
  private readonly source: CacheValue<T>;
  private byFormat: Map<string, unknown> | undefined;

  constructor({ data, createdAt, staleAt, expiresAt, tags, loadMs }: CacheValue<T>, source: CacheValue<T>) {
    this.data = data;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags;
    this.loadMs = loadMs;
    this.source = source;
  }

  serialize<Raw>(format: Format<Raw>): Raw {
    const source = this.source;
    if (source instanceof SerializedOnce) return source.serialize(format);
    if (source instanceof DecodedEntry && source.mayKeepIn(format)) return source.serialize(format);
    this.byFormat ??= new Map();
    if (!this.byFormat.has(format.id)) this.byFormat.set(format.id, format.serialize(this.data));
    return this.byFormat.get(format.id) as Raw;
  }
}

/** Checks a value, unless it has been checked: on its way to several tiers, or when it was written. */
export function checked<T>(value: CacheValue<T>): CacheValue<T> {
  return value instanceof SerializedOnce || value instanceof DecodedEntry ? value : checkCacheValue(value);
}

/** For compositions: `value`, once it has been checked, to be handed to each tier's `set`. */
export function serializeOnce<T>(value: CacheValue<T>): CacheValue<T> {
  if (value instanceof SerializedOnce) return value;
  return new SerializedOnce(value instanceof DecodedEntry ? value : checkCacheValue(value), value);
}

/**
 * For compositions: runs the `set` of a value that was just read from a lower tier, before its reader has it.
 * If the value was decoded for this reader, a tier with a live format may keep the data itself until `set`
 * returns. The reader then has the data as later readers of that tier will: frozen, in memory.
 */
export function handOver<T, R>(value: CacheValue<T>, set: () => R): R {
  return value instanceof DecodedEntry ? value.handOver(set) : set();
}

/**
 * For tiers that keep a value for less time: the value, ending at `expiresAt` (epoch milliseconds). It stays
 * fresh for as long as the original does, so that `staleAt` is later than `expiresAt` if the original is
 * fresh until its own end.
 */
export function endingAt<T>(value: CacheValue<T>, expiresAt: number): CacheValue<T> {
  const staleAt = value.staleAt ?? value.expiresAt ?? END_OF_TIME;
  const ending = { ...value, staleAt, expiresAt };
  const isShared = value instanceof SerializedOnce || value instanceof DecodedEntry;
  return isShared ? new SerializedOnce(ending, value) : ending;
}

/** Serializes the value's data. */
export function serialize<Raw>(value: CacheValue<unknown>, format: Format<Raw>): Raw {
  const isOnItsWay = value instanceof SerializedOnce || value instanceof DecodedEntry;
  return isOnItsWay ? value.serialize(format) : format.serialize(value.data);
}
