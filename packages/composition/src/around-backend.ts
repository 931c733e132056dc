import type {
  BackendSupports,
  CacheBackend,
  CacheContext,
  CacheValue,
  ChangeListener,
  DeleteStatus,
  KeyLike,
  Lease,
  MaybePromise,
  StopWatching,
} from "@hitbox/core";
import type { TierBackend } from "./inner.ts";

/** A backend that does as the one that it is around. For those that do one thing otherwise. */
export class AroundBackend implements CacheBackend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly backend: TierBackend;

  constructor(backend: TierBackend) {
    this.backend = backend;
    this.label = backend.label;
    this.supports = backend.supports;
  }

  get shared(): CacheBackend {
    return this.backend.shared;
  }

  within(parent: string): CacheBackend {
    return this.backend.within(parent);
  }

  isInDoubt(key: KeyLike): boolean {
    return this.backend.isInDoubt?.(key) ?? false;
  }

  keeping<T>(value: CacheValue<T>): CacheValue<T> {
    return this.backend.keeping?.(value) ?? value;
  }

  giveUp(key: KeyLike, reason: unknown): void {
    this.backend.giveUp?.(key, reason);
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

  present<T>(data: T, from: "caller" | "tier"): T {
    return this.backend.present(data, from);
  }

  watch(listener: ChangeListener): StopWatching {
    return this.backend.watch(listener);
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
