import { type Backend, type Clock, json, type MaybePromise } from "@hitbox/core";
import { memory } from "@hitbox/memory";

/** A store that several caches share as processes share a server: it answers later, keeps bytes, and has leases. */
export function sharedStore(now: Clock, label = "store"): Backend<unknown> {
  const store = memory({ maxEntries: 10_000, format: json(), now, label });
  const later = async <R>(run: () => MaybePromise<R>): Promise<R> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    return run();
  };
  return {
    ...{ label, keyFormat: store.keyFormat, valueFormat: store.valueFormat, compressor: store.compressor },
    supports: Object.freeze({ ...store.supports, shared: true, readMany: { max: 1_000 } }),
    read: (key) => later(() => store.read(key)),
    readMany: (keys) => later(() => Promise.all(keys.map((key) => store.read(key)))),
    write: (key, value) => later(() => store.write(key, value)),
    remove: (key) => later(() => store.remove(key)),
    clear: () => later(() => store.clear?.()),
    lease: (key, ms) => later(() => (store.lease as NonNullable<typeof store.lease>)(key, ms)),
    writeFenced: (key, value, fence) =>
      later(() => (store.writeFenced as NonNullable<typeof store.writeFenced>)(key, value, fence)),
    releaseLease: (key, fence) => later(() => store.releaseLease?.(key, fence)),
  };
}
