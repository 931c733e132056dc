import {
  type BackendSupports,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  type ChangeListener,
  cacheBackend,
  type DeleteStatus,
  type KeyLike,
  type Lease,
  type MaybePromise,
  type StopWatching,
} from "@hitbox/core";
import { type Disk, MapBackend } from "./map-backend.ts";

type Entry = readonly [key: KeyLike, value: CacheValue<unknown>];

/** A typed backend that hands everything on, as a composition of one would: what typed faults are planted in. */
export class TypedWrapper implements CacheBackend {
  readonly inner: CacheBackend;
  readonly label: string;
  readonly supports: BackendSupports;

  constructor(inner: CacheBackend) {
    this.inner = inner;
    this.label = inner.label;
    this.supports = inner.supports;
  }

  get shared(): CacheBackend {
    return this.inner.shared;
  }

  get<T>(key: KeyLike, context?: CacheContext): MaybePromise<CacheValue<T> | undefined> {
    return this.inner.get<T>(key, context);
  }

  set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext): MaybePromise<void> {
    return this.inner.set(key, value, context);
  }

  delete(key: KeyLike, context?: CacheContext): MaybePromise<DeleteStatus> {
    return this.inner.delete(key, context);
  }

  getMany<T>(keys: readonly KeyLike[]): MaybePromise<(CacheValue<T> | undefined)[]> {
    return this.inner.getMany<T>(keys);
  }

  setMany(entries: readonly Entry[]): MaybePromise<void> {
    return this.inner.setMany(entries);
  }

  deleteMany(keys: readonly KeyLike[]): MaybePromise<DeleteStatus[]> {
    return this.inner.deleteMany(keys);
  }

  lease<T>(key: KeyLike, ms: number, context?: CacheContext): MaybePromise<Lease<T>> {
    return this.inner.lease<T>(key, ms, context);
  }

  setFenced<T>(
    key: KeyLike,
    value: CacheValue<T>,
    fence: string,
    context?: CacheContext,
  ): MaybePromise<boolean> {
    return this.inner.setFenced(key, value, fence, context);
  }

  releaseLease(key: KeyLike, fence: string): MaybePromise<void> {
    return this.inner.releaseLease(key, fence);
  }

  watch(listener: ChangeListener): StopWatching {
    return this.inner.watch(listener);
  }

  present<T>(data: T, from: "caller" | "tier"): T {
    return this.inner.present(data, from);
  }

  clear(): MaybePromise<void> {
    return this.inner.clear();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  within(parent: string): CacheBackend {
    return this.inner.within(parent);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** How to open a wrapper of the given kind over the honest backend. */
export function wrapping(
  Wrapper: new (inner: CacheBackend) => CacheBackend,
): (disk: Disk, space: string) => CacheBackend {
  return (disk, space) => new Wrapper(cacheBackend(new MapBackend(disk, space)));
}
