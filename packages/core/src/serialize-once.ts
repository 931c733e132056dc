import type { CacheValue } from "./cache-value.ts";
import type { Format } from "./format.ts";

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
  readonly #raws: Map<string, unknown>;

  constructor(value: CacheValue<T>, raws: Map<string, unknown> = new Map()) {
    this.#raws = raws;
    this.data = value.data;
    this.createdAt = value.createdAt;
    this.staleAt = value.staleAt;
    this.expiresAt = value.expiresAt;
    this.tags = value.tags;
  }

  /** The same value with another end, sharing the serialization. */
  until(expiresAt: number): SerializedOnce<T> {
    const { data, createdAt, staleAt, tags } = this;
    return new SerializedOnce({ data, createdAt, staleAt, expiresAt, tags }, this.#raws);
  }

  serialize<Raw>(format: Format<Raw>): Raw {
    if (!this.#raws.has(format.id)) this.#raws.set(format.id, format.serialize(this.data));
    return this.#raws.get(format.id) as Raw;
  }
}

/** For compositions: `value`, to be handed to each tier's `set`. */
export function serializeOnce<T>(value: CacheValue<T>): CacheValue<T> {
  return value instanceof SerializedOnce ? value : new SerializedOnce(value);
}

/** For tiers that keep a value less long: the value, ending at `expiresAt` (epoch milliseconds). */
export function endingAt<T>(value: CacheValue<T>, expiresAt: number): CacheValue<T> {
  return value instanceof SerializedOnce ? value.until(expiresAt) : { ...value, expiresAt };
}

/** What `format` makes of the value's data. */
export function serialize<Raw>(value: CacheValue<unknown>, format: Format<Raw>): Raw {
  return value instanceof SerializedOnce ? value.serialize(format) : format.serialize(value.data);
}
