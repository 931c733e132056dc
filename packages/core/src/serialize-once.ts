import type { CacheValue } from "./cache-value.ts";
import { DecodedEntry } from "./decoded-entry.ts";
import type { Format } from "./format.ts";

/** What formats make of the data of one value. */
class Encodings {
  readonly #data: unknown;
  #raws: Map<string, unknown> | undefined;
  /** Set while the data may be kept without a copy. */
  owned: DecodedEntry<unknown> | undefined;

  constructor(data: unknown) {
    this.#data = data;
  }

  of<Raw>(format: Format<Raw>): Raw {
    if (this.owned !== undefined && format.kind === "live") return this.owned.keepIn(format);
    this.#raws ??= new Map();
    if (!this.#raws.has(format.id)) this.#raws.set(format.id, format.serialize(this.#data));
    return this.#raws.get(format.id) as Raw;
  }
}

/**
 * A value on its way to several tiers: those with the same format share one serialization. Made for one `set`
 * and dropped with it, so it never shows a later change of `data`.
 */
class SerializedOnce<T> implements CacheValue<T> {
  readonly data: T;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  readonly #encodings: Encodings;

  constructor(value: CacheValue<T>, encodings: Encodings = new Encodings(value.data)) {
    this.#encodings = encodings;
    this.data = value.data;
    this.createdAt = value.createdAt;
    this.staleAt = value.staleAt;
    this.expiresAt = value.expiresAt;
    this.tags = value.tags;
  }

  /** The same value with another end, sharing the serialization. */
  until(expiresAt: number): SerializedOnce<T> {
    const { data, createdAt, staleAt, tags } = this;
    return new SerializedOnce({ data, createdAt, staleAt, expiresAt, tags }, this.#encodings);
  }

  serialize<Raw>(format: Format<Raw>): Raw {
    return this.#encodings.of(format);
  }
}

/** For compositions: `value`, to be handed to each tier's `set`. */
export function serializeOnce<T>(value: CacheValue<T>): CacheValue<T> {
  return value instanceof SerializedOnce ? value : new SerializedOnce(value);
}

/**
 * For compositions: sets, by `set`, what a lower tier was just read for, before the reader has it. Where it was decoded for
 * this reader, a tier that encodes it before `set` returns may keep the data itself, and the reader then has it as that
 * tier's own readers do: frozen, in memory. Nothing of it may have been answered with yet.
 */
export function handOver<T, R>(value: CacheValue<T>, set: (value: CacheValue<T>) => R): R {
  if (!(value instanceof DecodedEntry)) return set(value);
  const encodings = new Encodings(value.data);
  encodings.owned = value;
  try {
    return set(new SerializedOnce(value, encodings));
  } finally {
    encodings.owned = undefined;
  }
}

/** For tiers that keep a value less long: the value, ending at `expiresAt` (epoch milliseconds). */
export function endingAt<T>(value: CacheValue<T>, expiresAt: number): CacheValue<T> {
  return value instanceof SerializedOnce ? value.until(expiresAt) : { ...value, expiresAt };
}

/** What `format` makes of the value's data. */
export function serialize<Raw>(value: CacheValue<unknown>, format: Format<Raw>): Raw {
  return value instanceof SerializedOnce ? value.serialize(format) : format.serialize(value.data);
}
