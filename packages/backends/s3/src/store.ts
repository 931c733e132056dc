import { inParallel, type Store } from "@hitbox/core";
import { type Bucket, type Found, MOST_KEYS } from "./bucket.ts";
import { type ConditionalWrites, PROBE } from "./conditional-writes.ts";
import { classify } from "./errors.ts";
import type { Requests } from "./requests.ts";

/** Room for the metadata of an entry, which `storeBackend` takes off the size of a value. */
export const METADATA_BYTES = 256;

/** AWS's limit on keys. */
const MAX_KEY_BYTES = 1_024;

/** Keys that are looked up and removed within one deadline. */
const MAX_BATCH = 250;

export interface StoreParts {
  readonly requests: Requests;
  readonly objects: Bucket;
  /** Undefined: no leases. */
  readonly conditional: ConditionalWrites | undefined;
  readonly prefix: string;
  /** Most requests under way. */
  readonly connections: number;
  readonly maxBytes: number;
}

/** A bucket in the words of `storeBackend`. */
export function s3Store(parts: StoreParts): Store<Found> {
  const { requests, objects, conditional, prefix, connections, maxBytes } = parts;
  const space = `${prefix}::`;
  const remove = async (keys: readonly string[]): Promise<(Uint8Array | undefined)[]> => {
    const before = await inParallel(keys, connections, (key) => objects.getStart(key));
    await objects.deleteMany(keys);
    return before;
  };
  return {
    ...{ label: "s3", shared: true, persistent: true, expiry: "none", maxBytes, classify },
    // The characters that no server, proxy or XML document takes for something else.
    keys: { prefix: space, maxBytes: MAX_KEY_BYTES, allowed: /[\w.:=@,~!-]/, escape: "!" },
    ...{ atOnce: connections, maxBatch: MAX_BATCH },
    get: async (key) => (await objects.get(key))?.bytes,
    set: (key, bytes, life) => objects.put(key, bytes, life.until),
    delete: (key) => objects.delete(key),
    async getAndDelete(key) {
      const before = await objects.getStart(key);
      // In any case: a server may have read from a copy that lags behind.
      await objects.delete(key);
      return before;
    },
    getAndDeleteMany: remove,
    ...(conditional && {
      async getVersion(key) {
        const found = await objects.get(key);
        return found && { bytes: found.bytes, version: found };
      },
      compareAndSet(key, version, bytes, life, change) {
        // A lease before an entry leaves the end of the entry as it was.
        const until = change === "lease" && version !== undefined ? version.until : life.until;
        return conditional.replace(version, key, bytes, until);
      },
    }),
    async clear(start) {
      let cursor: string | undefined;
      do {
        const page = await objects.list(start, cursor, MOST_KEYS);
        await objects.deleteMany(page.objects.map(({ key }) => key));
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
    async list({ prefix: start, cursor, limit }) {
      const page = await objects.list(start, cursor, limit);
      const own = page.objects.filter(({ key }) => key !== space + PROBE);
      return { keys: own.map(({ key }) => key), sizes: own.map(({ size }) => size), cursor: page.cursor };
    },
    close: () => requests.close(),
  };
}
