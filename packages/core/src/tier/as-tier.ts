import type { AnyBackend, CacheBackend, CacheBackendOptions } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { cacheBackend } from "../pipeline/cache-backend.ts";
import { DelegatingBackend } from "./delegating-backend.ts";
import { isTierBackend, type TierBackend } from "./tier-backend.ts";

/**
 * Converts a backend to a tier. A raw backend becomes a typed one with `options`; a tier is returned as it
 * is.
 */
export function asTier(backend: AnyBackend, options?: CacheBackendOptions): TierBackend {
  const typed = cacheBackend(backend, options);
  return isTierBackend(typed) ? typed : new PlainTier(typed);
}

/** A foreign typed backend as a tier: it is taken for a single store. */
class PlainTier extends DelegatingBackend<CacheBackend> implements TierBackend {
  readonly shared: TierBackend = this;

  get identity(): object {
    return this.backend;
  }

  asTierOf(): TierBackend {
    return this;
  }

  withPurpose(): TierBackend {
    return this;
  }

  peek(): undefined {}

  getShared<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.get<T>(key, context);
  }

  toHitValue<T>(data: T): T {
    return data;
  }

  capExpiry<T>(value: CacheValue<T>): CacheValue<T> {
    return value;
  }

  batched(): TierBackend {
    return this;
  }

  mayBeOutdated(): boolean {
    return false;
  }

  giveUp(): void {}
}
