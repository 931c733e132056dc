import {
  type Backend,
  type BackendListener,
  cacheBackend,
  cacheValue,
  chain,
  hashed,
  type KeyFormat,
  type MaybePromise,
  type Origin,
  text,
} from "@hitbox/core";
import { type Tier, type TierOptions, tier } from "./tier.ts";

/**
 * A store that others write to as well, and that tells of it when the test says so; of what goes through the backend it
 * tells by itself.
 */
export interface Watched {
  readonly store: Tier;
  readonly backend: Backend<unknown>;
  readonly listeners: Set<BackendListener>;
  /** What another process sets; nobody is told yet. */
  setByOther(key: string, data: unknown): void;
  deleteByOther(key: string): void;
  tell(...keys: string[]): void;
  lose(): void;
  restore(): void;
}

export function watched(keyFormat: KeyFormat = text(), options: TierOptions = {}): Watched {
  const store = tier("l2", options);
  const listeners = new Set<BackendListener>();
  const direct = cacheBackend({
    ...store,
    keyFormat,
    write: (key, value) => void store.entries.set(key, value),
  });
  const told = <R>(answer: MaybePromise<R>, tell: (listener: BackendListener) => void): MaybePromise<R> =>
    chain(answer, (done) => {
      for (const listener of listeners) tell(listener);
      return done;
    });
  const gap = (listener: BackendListener, origin: Origin | undefined): void => {
    listener.lost(origin);
    listener.restored(origin);
  };
  return {
    store,
    listeners,
    backend: {
      ...store,
      write: (key, value, origin) =>
        told(store.write(key, value), (listener) => listener.changed([key], origin)),
      remove: (key, origin) => told(store.remove(key), (listener) => listener.changed([key], origin)),
      clear: (origin) => told(store.clear?.(), (listener) => gap(listener, origin)),
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
