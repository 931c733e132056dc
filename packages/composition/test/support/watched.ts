import {
  type Backend,
  type ChangeListener,
  cacheBackend,
  cacheValue,
  hashed,
  type KeyFormat,
  text,
} from "@hitbox/core";
import { type Tier, type TierOptions, tier } from "./tier.ts";

/** A store that others write to as well, and that tells of it when the test says so. */
export interface Watched {
  readonly store: Tier;
  readonly backend: Backend<unknown>;
  readonly listeners: Set<ChangeListener>;
  /** What another process sets; nobody is told yet. */
  setByOther(key: string, data: unknown): void;
  deleteByOther(key: string): void;
  tell(...keys: string[]): void;
  lose(): void;
  restore(): void;
}

export function watched(keyFormat: KeyFormat = text(), options: TierOptions = {}): Watched {
  const store = tier("l2", options);
  const listeners = new Set<ChangeListener>();
  const direct = cacheBackend({
    ...store,
    keyFormat,
    write: (key, value) => void store.entries.set(key, value),
  });
  return {
    store,
    listeners,
    backend: {
      ...store,
      keyFormat,
      supports: { ...store.supports, shared: true, watch: true },
      watch(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    setByOther: (key, data) => void direct.set(key, cacheValue(data)),
    deleteByOther: (key) => void store.entries.delete(keyFormat.encode(key)),
    tell(...keys) {
      const encoded = keys.map((key) => keyFormat.encode(key));
      for (const listener of listeners) listener.changed(encoded);
    },
    lose() {
      for (const listener of listeners) listener.lost();
    },
    restore() {
      for (const listener of listeners) listener.restored();
    },
  };
}

export const KEY_FORMATS: readonly KeyFormat[] = [text(), hashed()];
