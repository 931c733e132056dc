import {
  type Backend,
  type BackendListener,
  type Clock,
  json,
  type MaybePromise,
  type Origin,
} from "@hitbox/core";
import { memory } from "@hitbox/memory";

export interface SharedStoreOptions {
  readonly label?: string;
  /** Default: "leases". */
  readonly leases?: "leases" | "no leases";
  /**
   * Whether the store tells its users of changes, so that a first tier over it is coherent. Default:
   * "silent".
   */
  readonly changes?: "told" | "silent";
}

type Leasing = Required<Pick<Backend<unknown>, "lease" | "writeFenced" | "releaseLease">>;
type Listing = Required<Pick<Backend<unknown>, "keys">>;

/**
 * A store that several caches share as processes share a server: it answers later, keeps bytes, and has
 * leases.
 */
export function sharedStore(
  now: Clock,
  { label = "store", leases = "leases", changes = "silent" }: SharedStoreOptions = {},
): Backend<unknown> {
  const store = memory({ maxEntries: 3_000, format: json(), now, label }) as Backend<unknown> &
    Leasing &
    Listing;
  const listeners = new Set<BackendListener>();
  const later = async <R>(run: () => MaybePromise<R>): Promise<R> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return run();
  };
  const tell = <R>(key: string, origin: Origin | undefined, result: R): R => {
    for (const listener of listeners) listener.changed([key], origin);
    return result;
  };
  const leasing: Leasing = {
    lease: (key, ms) => later(() => store.lease(key, ms)),
    writeFenced: (key, value, fence, origin) =>
      later(async () => {
        const isStored = await store.writeFenced(key, value, fence);
        return isStored ? tell(key, origin, true) : false;
      }),
    releaseLease: (key, fence) => later(() => store.releaseLease(key, fence)),
  };
  const watch = (listener: BackendListener): (() => void) => {
    listeners.add(listener);
    listener.restored();
    return () => void listeners.delete(listener);
  };
  return {
    ...{ label, keyFormat: store.keyFormat, valueFormat: store.valueFormat, compressor: store.compressor },
    supports: Object.freeze({
      ...store.supports,
      shared: true,
      readMany: { max: 1_000 },
      lease: leases === "leases",
      watch: changes === "told",
    }),
    read: (key) => later(() => store.read(key)),
    readMany: (keys) => later(() => Promise.all(keys.map((key) => store.read(key)))),
    write: (key, value, origin) => later(() => tell(key, origin, store.write(key, value))),
    keys: (listing) => later(() => store.keys(listing)),
    remove: (key, origin) => later(() => tell(key, origin, store.remove(key))),
    clear: (origin) =>
      later(() => {
        for (const listener of listeners) listener.lost(origin);
        store.clear?.();
        for (const listener of listeners) listener.restored(origin);
      }),
    ...(leases === "leases" ? leasing : {}),
    ...(changes === "told" ? { watch } : {}),
  };
}
