import type { CacheValue } from "./cache-value.ts";
import type { Format } from "./format.ts";
import type { StoredValue } from "./stored-value.ts";

/** What was decoded for one reader. Until that has it, its data is nobody's, and a tier may keep it without a copy. */
export class DecodedEntry<T> implements CacheValue<T> {
  readonly data: T;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  #kept: { readonly format: string; readonly raw: unknown } | undefined;
  #isShared = false;

  constructor(data: T, { createdAt, staleAt, expiresAt, tags }: StoredValue<unknown>) {
    this.data = data;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags;
  }

  /** Whether a tier has kept the very data, for all its readers. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** What a tier of a live format is to keep. The first may have the data itself. */
  keepIn<Raw>(format: Format<Raw>): Raw {
    if (this.#kept?.format === format.id) return this.#kept.raw as Raw;
    if (this.#kept !== undefined || !format.adopt) return this.#keep(format, format.serialize(this.data));
    return this.#keep(format, format.adopt(this.data));
  }

  #keep<Raw>(format: Format<Raw>, raw: Raw): Raw {
    this.#kept ??= { format: format.id, raw };
    this.#isShared ||= Object.is(raw, this.data) && format.shares?.(raw) === true;
    return raw;
  }
}
