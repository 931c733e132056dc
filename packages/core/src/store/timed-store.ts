import { type KindOf, safeFailure } from "../adapter/safe-error.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { Deadlines } from "../tier/deadlines.ts";
import type { Store } from "./store.ts";

/** Hears when changes have ended that were given up before, by the keys of the store. */
export type EndedLate = (keys: readonly string[] | "all") => void;

/**
 * `store` with a deadline for each call of it, so that a batch of many calls may take as long as they need,
 * and a silent store holds up nobody for longer than one. A `clear` has one of its own. Its errors are safe
 * to log.
 */
export function timedStore(
  store: Store,
  timeout: number,
  clearTimeout: number,
  kindOf: KindOf,
  endedLate: EndedLate | undefined,
): Store {
  const deadlines = new Deadlines((error) => safeFailure(error, kindOf));
  const ended = (keys: readonly string[] | "all") => endedLate && (() => endedLate(keys));
  const write = <T>(keys: readonly string[], run: () => MaybePromise<T>): MaybePromise<T> =>
    deadlines.write(timeout, keys, run, ended(keys));
  const { getAndDelete, getMany, setMany, deleteMany, getAndDeleteMany } = store;
  const { getVersion, compareAndSet, clear, list } = store;
  return {
    ...bound(store),
    get: (key) => deadlines.read(timeout, () => store.get(key)),
    set: (key, bytes, life) => write([key], () => store.set(key, bytes, life)),
    delete: (key) => write([key], () => store.delete(key)),
    ...(getAndDelete && { getAndDelete: (key) => write([key], () => getAndDelete.call(store, key)) }),
    ...(getMany && { getMany: (keys) => deadlines.read(timeout, () => getMany.call(store, keys)) }),
    ...(setMany && {
      setMany: (entries) =>
        write(
          entries.map(({ key }) => key),
          () => setMany.call(store, entries),
        ),
    }),
    ...(deleteMany && { deleteMany: (keys) => write(keys, () => deleteMany.call(store, keys)) }),
    ...(getAndDeleteMany && {
      getAndDeleteMany: (keys) => write(keys, () => getAndDeleteMany.call(store, keys)),
    }),
    ...(getVersion && { getVersion: (key) => deadlines.read(timeout, () => getVersion.call(store, key)) }),
    ...(compareAndSet && {
      // A late one lands on nothing newer: the version has changed by then.
      compareAndSet: (...args) =>
        deadlines.read(
          timeout,
          () => compareAndSet.apply(store, args),
          args[4] === "entry" ? ended([args[0]]) : undefined,
        ),
    }),
    ...(clear && {
      clear: (prefix) => deadlines.clear(clearTimeout, () => clear.call(store, prefix), ended("all")),
    }),
    ...(list && { list: (listing) => deadlines.read(timeout, () => list.call(store, listing)) }),
  };
}

/** The other members. A store may be an instance of a class. */
function bound(store: Store): Store {
  const { label, shared, persistent, expiry, keys, maxBytes, maxBatch, maxBatchBytes } = store;
  const { atOnce, getsAtOnce, errors } = store;
  return {
    ...{ label, shared, persistent, expiry, keys, maxBytes, maxBatch, maxBatchBytes },
    ...{ atOnce, getsAtOnce, errors },
    get: () => undefined,
    set: () => undefined,
    delete: () => undefined,
    ...(store.watch && { watch: store.watch.bind(store) }),
    ...(store.serverOf && { serverOf: store.serverOf.bind(store) }),
    ...(store.close && { close: store.close.bind(store) }),
    ...(store.classify && { classify: store.classify.bind(store) }),
  };
}
