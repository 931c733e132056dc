import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { Purpose } from "../purpose.ts";
import { DelegatingBackend } from "./delegating-backend.ts";
import type { TierBackend } from "./tier-backend.ts";

/** Passes every operation of a tier on to another tier. Subclasses change a few. */
export class DelegatingTier extends DelegatingBackend<TierBackend> implements TierBackend {
  get shared(): TierBackend {
    return this.backend.shared;
  }

  get identity(): object {
    return this.backend.identity;
  }

  asTierOf(parent: string): TierBackend {
    return this.backend.asTierOf(parent);
  }

  withPurpose(purpose: Purpose): TierBackend {
    return this.backend.withPurpose(purpose);
  }

  peek<T>(key: KeyLike, context?: CacheContext): CacheValue<T> | undefined {
    return this.backend.peek<T>(key, context);
  }

  getShared<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.backend.getShared<T>(key, context);
  }

  toHitValue<T>(data: T, from: "caller" | "tier"): T {
    return this.backend.toHitValue(data, from);
  }

  capExpiry<T>(value: CacheValue<T>): CacheValue<T> {
    return this.backend.capExpiry(value);
  }

  batched(): TierBackend {
    return this.backend.batched();
  }

  mayBeOutdated(key: KeyLike, entry?: CacheValue<unknown>): boolean {
    return this.backend.mayBeOutdated(key, entry);
  }

  giveUp(key: KeyLike, reason: unknown): void {
    this.backend.giveUp(key, reason);
  }
}
