import { BackendError, isRefusal } from "../backend-error.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import { chain, type MaybePromise } from "../maybe-promise.ts";
import type { Purpose } from "../purpose.ts";
import { DelegatingTier } from "./delegating-tier.ts";
import { TickBatch } from "./tick-batch.ts";
import type { TierBackend } from "./tier-backend.ts";

type Entry = readonly [key: KeyLike, value: CacheValue<unknown>];

/** A store that receives sets and deletes one by one, and sends those of one tick as one batch. */
export class BatchedTier extends DelegatingTier {
  readonly #sets: TickBatch<Entry, void>;
  readonly #deletes: TickBatch<KeyLike, DeleteStatus>;

  constructor(backend: TierBackend) {
    super(backend);
    this.#sets = new TickBatch<Entry, void>({
      one: ([key, value]) => backend.set(key, value),
      many: (entries) => chain(backend.setMany(entries), () => entries.map(() => undefined)),
      isOfOne,
    });
    this.#deletes = new TickBatch<KeyLike, DeleteStatus>({
      one: (key) => backend.delete(key),
      many: (keys) => backend.deleteMany(keys),
      isOfOne,
    });
  }

  override batched(): TierBackend {
    return this;
  }

  override withPurpose(purpose: Purpose): TierBackend {
    return this.backend.withPurpose(purpose).batched();
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

/**
 * True if a batch failed because of one item, a value or key that the store cannot hold. The others can be
 * retried.
 */
function isOfOne(error: unknown): boolean {
  return !BackendError.is(error) || isRefusal(error);
}
