import type { AnyBackend } from "@hitbox/core";
import { asTier } from "@hitbox/core/tier";
import { hasRecord, spaceTag, stampsOf } from "./entry-tags.ts";
import { RECORD_MARK } from "./record-keys.ts";
import { asRecord, verdictOf } from "./tag-record.ts";

/** A tag of a stored entry, and whether the entry still stands by it. */
export interface TagState {
  /** The name, as a caller gave it; for a `namespace`, the text that its keys begin with. */
  readonly name: string;
  readonly kind: "tag" | "namespace";
  /** `invalid`: the tag was invalidated since, or its record is lost. `stale`: the tag was expired since. */
  readonly state: "valid" | "stale" | "invalid";
  /** The moment from which the entry is stale, in epoch milliseconds. */
  readonly staleAt?: number | undefined;
}

/**
 * Compares the tags of an entry, as the entry is stored, with the records of the store: for tools that
 * explain an answer. Takes a store that processes share; the tags of a memory tier have no records.
 *
 * @example
 * const backend = cacheBackend(memory({ maxEntries: 10 }));
 * const entry = await backend.get("user:42");
 * await tagStates(backend, entry?.tags ?? []); // []
 */
export async function tagStates(backend: AnyBackend, tags: readonly string[]): Promise<TagState[]> {
  const names = tags.filter(hasRecord);
  const stamps = stampsOf(tags);
  const { shared } = asTier(backend);
  const records = await shared.getMany<unknown>(names.map((tag) => RECORD_MARK + tag));
  return names.map((tag, index) => {
    const record = asRecord(records[index]);
    const verdict = record !== null && verdictOf(stamps[index] ?? "", record);
    const named = nameOf(tag);
    if (typeof verdict === "number") return { ...named, state: "stale", staleAt: verdict };
    return { ...named, state: verdict ? "valid" : "invalid" };
  });
}

/** True if a key of a store is the record of a tag, and so no entry of a caller. */
export function isTagRecord(key: string): boolean {
  return key.startsWith(RECORD_MARK);
}

const SPACE = spaceTag("");

function nameOf(tag: string): Pick<TagState, "name" | "kind"> {
  return tag.startsWith(SPACE)
    ? { name: tag.slice(SPACE.length), kind: "namespace" }
    : { name: tag, kind: "tag" };
}
