import { checkInteger } from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import { LocalState } from "./local-state.ts";
import { LocalTags } from "./local-tags.ts";
import { PendingInvalidations } from "./pending-invalidations.ts";
import { RecordStore } from "./record-store.ts";
import { SharedTags } from "./shared-tags.ts";
import type { TagIndex, TagIndexOptions } from "./tag-index.ts";
import { MOST_TAGS } from "./tag-names.ts";

/** More do not fit into an envelope, with their stamps. */
const MOST_MAX_TAGS = 10_000;

/**
 * The index of the tags of a backend: in this process if the store is, and otherwise in the store that all
 * share.
 */
export function tagIndex(backend: TierBackend, options: TagIndexOptions): TagIndex {
  const { maxTags = MOST_TAGS, store = backend } = options;
  checkInteger("maxTags", maxTags, 1, MOST_MAX_TAGS);
  return isLocal(backend) ? localTags(store, options, maxTags) : sharedTags(backend, options, maxTags);
}

/**
 * True if no other process sees the entries, and they end with this one. A backend that hears of others has
 * others.
 */
function isLocal(backend: TierBackend): boolean {
  return [backend, backend.shared].every(
    ({ supports: { shared, persistent, watch } }) => !shared && !persistent && watch !== true,
  );
}

function localTags(store: object, { elapsed }: TagIndexOptions, maxTags: number): LocalTags {
  const state = states.get(store) ?? new LocalState(elapsed);
  states.set(store, state);
  return new LocalTags(state, maxTags);
}

/**
 * The caches of one process that are made over one store agree on its tags. Caches that know it by different
 * objects do not: then each takes the tagged entries of the other as invalid.
 */
const states = new WeakMap<object, LocalState>();

function sharedTags({ shared }: TierBackend, options: TagIndexOptions, maxTags: number): SharedTags {
  const records = new RecordStore(shared.withPurpose("tags"), options.now, options.elapsed);
  return new SharedTags(records, new PendingInvalidations(records, options), maxTags);
}
