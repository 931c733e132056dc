import {
  type Backend,
  BackendError,
  type CacheBackend,
  type CacheValueOptions,
  cacheBackend,
  cacheValue,
  type MaybePromise,
} from "@hitbox/core";
import { EXPIRED } from "./tables.ts";

type Operation = "read" | "write" | "remove";

/** A real store as a tier, of which every operation can be made to fail. */
export interface RealTier {
  readonly backend: Backend<unknown>;
  readonly failing: Set<Operation>;
  put(key: string, data: unknown, options?: CacheValueOptions): Promise<void>;
  expire(key: string): Promise<void>;
  damage(key: string): Promise<void>;
  /** What the store holds, past any failure that it was told to have. */
  held(key: string): Promise<unknown>;
}

export function realTier(store: Backend<unknown>): RealTier {
  const failing = new Set<Operation>();
  const typed: CacheBackend = cacheBackend(store);
  const readMany = store.readMany?.bind(store);
  const writeMany = store.writeMany?.bind(store);
  const removeMany = store.removeMany?.bind(store);
  const run = <R>(operation: Operation, act: () => MaybePromise<R>): MaybePromise<R> => {
    if (failing.has(operation)) throw new BackendError("connection", "down");
    return act();
  };
  return {
    failing,
    backend: {
      label: store.label,
      supports: store.supports,
      keyFormat: store.keyFormat,
      valueFormat: store.valueFormat,
      compressor: store.compressor,
      read: (key) => run("read", () => store.read(key)),
      write: (key, value) => run("write", () => store.write(key, value)),
      remove: (key) => run("remove", () => store.remove(key)),
      clear: () => store.clear?.(),
      ...(readMany && { readMany: (keys) => run("read", () => readMany(keys)) }),
      ...(writeMany && { writeMany: (entries) => run("write", () => writeMany(entries)) }),
      ...(removeMany && { removeMany: (keys) => run("remove", () => removeMany(keys)) }),
    },
    put: async (key, data, options) => typed.set(key, cacheValue(data, options)),
    expire: async (key) => store.write(key, EXPIRED),
    damage: async (key) => {
      const { format, createdAt, expiresAt } = (await store.read(key)) ?? EXPIRED;
      const damaged = { ...EXPIRED, format, createdAt, expiresAt, payload: Buffer.from("{") };
      await store.write(key, damaged);
    },
    held: async (key) => (await typed.get(key))?.data,
  };
}
