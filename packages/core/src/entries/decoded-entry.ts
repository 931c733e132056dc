import type { CacheValue } from "../cache-value.ts";
import type { Format } from "../format.ts";
import type { StoredValue } from "../stored-value.ts";

/**
 * An entry that was decoded for one reader. Until the reader has it, a tier may keep its data without a copy.
 */
export class DecodedEntry<T> implements CacheValue<T> {
  readonly data: T;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  readonly loadMs: number | undefined;
  #kept: { readonly format: string; readonly raw: unknown } | undefined;
  #isShared = false;
  #isUnread = false;

  constructor(data: T, { createdAt, staleAt, expiresAt, tags, loadMs }: StoredValue<unknown>) {
    this.data = data;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags;
    this.loadMs = loadMs;
  }

  /** True if a tier keeps the data itself, for all its readers. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** Runs `set`, before the reader has the data: while it runs, a live format may keep the data itself. */
  handOver<R>(set: () => R): R {
    this.#isUnread = true;
    try {
      return set();
    } finally {
      this.#isUnread = false;
    }
  }

  mayKeepIn({ kind }: Format<unknown>): boolean {
    return kind === "live" && this.#isUnread;
  }

  /** Until the reader has it, the first tier with a live format may have the data itself. */
  serialize<Raw>(format: Format<Raw>): Raw {
    if (format.kind !== "live" || !this.#isUnread) return format.serialize(this.data);
    if (this.#kept?.format === format.id) return this.#kept.raw as Raw;
    const mayAdopt = this.#kept === undefined && format.adopt !== undefined;
    const raw = mayAdopt ? (format.adopt?.(this.data) as Raw) : format.serialize(this.data);
    this.#kept ??= { format: format.id, raw };
    this.#isShared ||= Object.is(raw, this.data) && format.shares?.(raw) === true;
    return raw;
  }
}
