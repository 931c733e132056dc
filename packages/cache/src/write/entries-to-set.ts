import { type CacheValue, checkOption, isPromise } from "@hitbox/core";
import type { EntryToSet } from "../cache.ts";
import type { Engine } from "../engine.ts";
import type { KeyInput } from "../keys/key-text.ts";
import type { EntryOptions } from "../options.ts";
import { decide } from "../policy/decide.ts";
import { callPolicy, checkSetOptions, entryOf, longestLife, type Policy } from "../policy/policy.ts";

/** The space that the keys of a call are of. */
interface Space {
  readonly policy: Policy;
  readonly internalTags: readonly string[];
}

/** The entries of one `set` or `setMany`, by the text of their keys. A key without one is to be removed. */
export interface EntriesToSet {
  readonly byText: ReadonlyMap<string, CacheValue<unknown> | undefined>;
  /** That of the call; of its entries it has the longest life. */
  readonly policy: Policy;
}

/** Makes entries of values. An entry's own options come before those of the call. */
export function entriesToSet<T>(
  method: "set" | "setMany",
  engine: Engine,
  space: Space,
  entries: readonly EntryToSet<KeyInput, T>[],
  options: EntryOptions<T> | undefined,
  textOf: (key: KeyInput) => string,
): EntriesToSet {
  const { maxTags, now, random } = engine;
  checkSetOptions(method, options, maxTags);
  const shared = callPolicy(space.policy, options, maxTags);
  const sharedTags = [...shared.tags, ...space.internalTags];
  const asked = { createdAt: now() };
  const byText = new Map<string, CacheValue<unknown> | undefined>();
  let longest = shared;
  checkList("entries", entries);
  for (const entry of entries) {
    checkList("entry", entry);
    const [key, value, own] = entry;
    checkValue(value);
    checkSetOptions(method, own, maxTags);
    const policy = decide(callPolicy(shared, own, maxTags), value, key, maxTags);
    if (policy && longestLife(policy) > longestLife(longest)) longest = policy;
    const tags =
      !policy || policy.tags === shared.tags ? sharedTags : [...policy.tags, ...space.internalTags];
    byText.set(textOf(key), policy && entryOf(policy, value, asked, tags, random));
  }
  return { byText, policy: { ...longest, onBackendError: shared.onBackendError } };
}

function checkValue(value: unknown): void {
  checkOption(value !== undefined, "value", value, 'must not be undefined, which is "not found"');
  checkOption(!isPromise(value), "value", value, "must not be a promise: an `await` is missing");
}

export function checkList(name: string, list: unknown): void {
  checkOption(Array.isArray(list), name, list, "must be an array");
}
