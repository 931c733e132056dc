import type { BackendSupports } from "../backend.ts";
import type { CacheBackend, KeysOptions } from "../cache-backend.ts";
import type { CacheContext } from "../cache-context.ts";
import type { CacheValue } from "../cache-value.ts";
import type { ChangeListener, StopWatching } from "../change-listener.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { KeyLike } from "../keys/cache-key.ts";
import type { Lease } from "../lease.ts";
import type { MaybePromise } from "../maybe-promise.ts";

/** Passes every public operation on to another typed backend. Subclasses change a few. */
export class DelegatingBackend<Inner extends CacheBackend> implements CacheBackend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly backend: Inner;

  constructor(backend: Inner) {
    this.backend = backend;
    this.label = backend.label;
    this.supports = backend.supports;
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.backend.get<T>(key, context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.backend.set(key, value, context);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.backend.delete(key, context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return this.backend.getMany<T>(keys);
  }

  setMany(entries: readonly (readonly [key: KeyLike, value: CacheValue<unknown>])[]): MaybePromise<void> {
    return this.backend.setMany(entries);
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    return this.backend.deleteMany(keys);
  }

  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>> {
    return this.backend.lease<T>(key, ms, context);
  }

  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    return this.backend.setFenced(key, value, fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    return this.backend.releaseLease(key, fence);
  }

  watch(listener: ChangeListener): StopWatching {
    return this.backend.watch(listener);
  }

  keys(options?: KeysOptions): AsyncIterable<readonly string[]> {
    return this.backend.keys(options);
  }

  clear(): MaybePromise<void> {
    return this.backend.clear();
  }

  close(): Promise<void> {
    return this.backend.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
