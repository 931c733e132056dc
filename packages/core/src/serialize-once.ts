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
  readonly #raws = new Map<string, unknown>();

  constructor(value: CacheValue<T>) {
    this.data = value.data;
    this.createdAt = value.createdAt;
    this.staleAt = value.staleAt;
    this.expiresAt = value.expiresAt;
    this.tags = value.tags;
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

/** What `format` makes of the value's data. */
export function serialize<Raw>(value: CacheValue<unknown>, format: Format<Raw>): Raw {
  return value instanceof SerializedOnce ? value.serialize(format) : format.serialize(value.data);
}
