import type { CacheValue } from "../cache-value.ts";
import type { Format } from "../format.ts";
import { DecodedEntry } from "./decoded-entry.ts";

/** The latest instant that a value can have. A value that is fresh until then never becomes stale. */
const END_OF_TIME = Number.MAX_SAFE_INTEGER;

/** The serializations of one value's data, by format. */
class Serializations {
  readonly #data: unknown;
  #byFormat: Map<string, unknown> | undefined;
  /**
   * The entry whose data a live format may keep without a copy; undefined once a reader may have the data.
   */
  unread: DecodedEntry<unknown> | undefined;

  constructor(data: unknown) {
    this.#data = data;
  }

  in<Raw>(format: Format<Raw>): Raw {
    if (this.unread !== undefined && format.kind === "live") return this.unread.keepIn(format);
    this.#byFormat ??= new Map();
    if (!this.#byFormat.has(format.id)) this.#byFormat.set(format.id, format.serialize(this.#data));
    return this.#byFormat.get(format.id) as Raw;
  }
}

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
  readonly #serializations: Serializations;

  constructor(
    { data, createdAt, staleAt, expiresAt, tags }: CacheValue<T>,
    serializations: Serializations = new Serializations(data),
  ) {
    this.data = data;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags;
    this.#serializations = serializations;
  }

  /** The value with other times, sharing the serializations. */
  with(times: Pick<CacheValue<T>, "staleAt" | "expiresAt">): SerializedOnce<T> {
    const { data, createdAt, tags } = this;
    return new SerializedOnce({ data, createdAt, tags, ...times }, this.#serializations);
  }

  serialize<Raw>(format: Format<Raw>): Raw {
    return this.#serializations.in(format);
  }
}

/** For compositions: `value`, which has been checked, to be handed to each tier's `set`. */
export function serializeOnce<T>(value: CacheValue<T>): CacheValue<T> {
  return value instanceof SerializedOnce ? value : new SerializedOnce(value);
}

/**
 * For compositions: calls `set` with a value that was just read from a lower tier, before its reader has it.
 * If the value was decoded for this reader, a tier with a live format may keep the data itself until `set`
 * returns. The reader then has the data as later readers of that tier will: frozen, in memory.
 */
export function handOver<T, R>(value: CacheValue<T>, set: (value: CacheValue<T>) => R): R {
  if (!(value instanceof DecodedEntry)) return set(value);
  const serializations = new Serializations(value.data);
  serializations.unread = value;
  try {
    return set(new SerializedOnce(value, serializations));
  } finally {
    serializations.unread = undefined;
  }
}

/**
 * For tiers that keep a value for less time: the value, ending at `expiresAt` (epoch milliseconds). It stays
 * fresh for as long as the original does, so that `staleAt` is later than `expiresAt` if the original is
 * fresh until its own end.
 */
export function endingAt<T>(value: CacheValue<T>, expiresAt: number): CacheValue<T> {
  const staleAt = value.staleAt ?? value.expiresAt ?? END_OF_TIME;
  return value instanceof SerializedOnce
    ? value.with({ staleAt, expiresAt })
    : { ...value, staleAt, expiresAt };
}

/** Serializes the value's data. */
export function serialize<Raw>(value: CacheValue<unknown>, format: Format<Raw>): Raw {
  return value instanceof SerializedOnce ? value.serialize(format) : format.serialize(value.data);
}
