import type { CacheValue } from "../cache-value.ts";
import { frozenTags } from "../check.ts";
import type { StoredValue } from "../stored-value.ts";
import { DecodedEntry } from "./decoded-entry.ts";

/**
 * What an in-process store keeps where readers may share the value: the stored value is the very answer to
 * every hit,
 * so that a hit allocates nothing and touches as little memory as can be. As a `CacheValue` it has those
 * fields only.
 */
export class SharedEntry<T> implements CacheValue<T>, StoredValue<unknown> {
  readonly data: T;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  readonly #format: string;

  constructor({ createdAt, staleAt, expiresAt, tags }: CacheValue<unknown>, data: T, format: string) {
    this.data = data;
    this.createdAt = createdAt;
    this.staleAt = staleAt;
    this.expiresAt = expiresAt;
    this.tags = tags && frozenTags(tags);
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

/** Whether the entry's data is the very one that every reader of a tier is given, as it is stored. */
export function isShared(entry: CacheValue<unknown>): boolean {
  return entry instanceof SharedEntry || (entry instanceof DecodedEntry && entry.isShared);
}
