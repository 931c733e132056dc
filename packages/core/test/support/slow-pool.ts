import { type Backend, type Compressor, type DeleteStatus, deleted, gzip, missing } from "@hitbox/core";
import type fc from "fast-check";
import { type MapBackend, mapBackend } from "./map-backend.ts";

/**
 * A store behind a pool of connections. Operations of one key overtake each other, on their way to the store
 * and back, as the scheduler decides. So does the compression of payloads of 1,000 bytes and more.
 */
export function slowPool(scheduler: fc.Scheduler): MapBackend {
  const batches = { readMany: { max: 9 }, writeMany: { max: 9 }, removeMany: { max: 9 } };
  const travel = (): Promise<void> => scheduler.schedule(Promise.resolve());
  const compressor: Compressor = {
    ...gzip({ minBytes: 1_000 }),
    compressLarge: (bytes) => travel().then(() => gzip().compress(bytes)),
  };
  const store = mapBackend({ compressor, supports: { ...batches, lease: true } });
  const fences = new Map<string, string>();
  const slow = async <R>(keys: readonly string[], run: () => R): Promise<R> => {
    await travel();
    for (const key of keys) fences.delete(key);
    const answer = run();
    await travel();
    return answer;
  };
  const remove = (key: string): DeleteStatus => (store.entries.delete(key) ? deleted() : missing());
  const pool: Partial<Backend<unknown>> = {
    read: (key) => slow([], () => store.entries.get(key)),
    write: (key, value) => slow([key], () => void store.entries.set(key, value)),
    remove: (key) => slow([key], () => remove(key)),
    // Not one statement: each key travels by itself.
    writeMany: async (entries) => {
      const each = entries.map(([key, value]) => slow([key], () => void store.entries.set(key, value)));
      await Promise.all(each);
    },
    removeMany: (keys) => Promise.all(keys.map((key) => slow([key], () => remove(key)))),
    clear: () => slow([...fences.keys()], () => store.entries.clear()),
    lease(key) {
      const fence = fences.get(key) ?? `${key}${Math.random()}`;
      fences.set(key, fence);
      return { fence, granted: true, entry: store.entries.get(key) };
    },
    writeFenced: async (key, value, fence) => {
      await travel();
      const holds = fences.get(key) === fence;
      fences.delete(key);
      if (holds) store.entries.set(key, value);
      await travel();
      return holds;
    },
    releaseLease: () => {},
  };
  return Object.assign(store, pool);
}
