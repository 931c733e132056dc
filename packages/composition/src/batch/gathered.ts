import {
  BackendError,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  chain,
  type DeleteStatus,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { AroundBackend } from "../around-backend.ts";
import type { TierBackend } from "../inner.ts";
import { isRefusal } from "../write/refusal.ts";
import { Gathering } from "./gathering.ts";

type Entry = readonly [key: KeyLike, value: CacheValue<unknown>];

/** The backend as the keys of one batch find it. */
export function gatheringOf(backend: TierBackend): CacheBackend {
  if (backend.gathering) return backend.gathering();
  const { writeMany, removeMany } = backend.supports;
  return writeMany || removeMany ? new Gathered(backend) : backend;
}

/** A store that is given sets and deletes one by one and sends those of one tick as one batch, where it takes batches. */
class Gathered extends AroundBackend {
  readonly #sets: Gathering<Entry, void>;
  readonly #deletes: Gathering<KeyLike, DeleteStatus>;

  constructor(backend: CacheBackend) {
    super(backend);
    this.#sets = new Gathering<Entry, void>({
      one: ([key, value]) => backend.set(key, value),
      many: (entries) => chain(backend.setMany(entries), () => entries.map(() => undefined)),
      isOfOne,
    });
    this.#deletes = new Gathering<KeyLike, DeleteStatus>({
      one: (key) => backend.delete(key),
      many: (keys) => backend.deleteMany(keys),
      isOfOne,
    });
  }

  override set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    if (context || !this.supports.writeMany) return this.backend.set(key, value, context);
    return this.#sets.add([key, value]);
  }

  override delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    if (context || !this.supports.removeMany) return this.backend.delete(key, context);
    return this.#deletes.add(key);
  }
}

/** Whether a batch failed by one of its items, a value or a key that this store cannot hold: the others are well. */
function isOfOne(error: unknown): boolean {
  return !BackendError.is(error) || isRefusal({ ok: false, error });
}
