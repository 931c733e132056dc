import type { CacheValue } from "../cache-value.ts";
import { frozenTags } from "../check.ts";
import type { StoredValue } from "../stored-value.ts";
import { DecodedEntry } from "./decoded-entry.ts";

/**
 * An entry of an in-process store whose value readers may share. The stored entry is the answer to every hit,
 * so that a hit allocates nothing and touches little memory. As a `CacheValue` it has the fields of a value
 * only.
 */
export class SharedEntry<T> implements CacheValue<T>, StoredValue<unknown> {
  readonly data: T;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  readonly loadMs: number | undefined;
  readonly #format: string;

  constructor({ createdAt, staleAt, expiresAt, tags, loadMs }: CacheValue<unknown>, data: T, format: string) {
    this.data = data;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags && frozenTags(tags);
    this.loadMs = loadMs;
    this.#format = format;
    Object.freeze(this);
  }

  get payload(): unknown {
    return this.data;
  }

  get format(): string {
    return this.#format;
  }

  get compressor(): undefined {
    return undefined;
  }

  get decodedBytes(): undefined {
    return undefined;
  }
}

/** True if the entry's data is the object that a tier stores, and that all its readers share. */
export function isShared(entry: CacheValue<unknown>): boolean {
  return entry instanceof SharedEntry || (entry instanceof DecodedEntry && entry.isShared);
}
