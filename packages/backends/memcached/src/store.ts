import { BackendError, inParallel, type Store, type StoreEntry } from "@hitbox/core";
import type { Link } from "./connection/link.ts";
import { expirationTime } from "./expiration-time.ts";
import type { Found } from "./protocol/answers.ts";
import type { Item } from "./protocol/dialect.ts";

/** Longest key, and the characters that one may have: no space, and nothing that ends a line. */
const MAX_KEY_BYTES = 250;
const ALLOWED = /[!-~]/;

/** Room in an item for memcached's own header and the key. */
const ITEM_OVERHEAD = 512;

/** Commands of a batch that are under way: they travel in one write to each server. */
const AT_ONCE = 1_000;

/** Bytes of a batch that are under way, so that a large one leaves room for other writes. */
const BYTES_AT_ONCE = 16 * 2 ** 20;

/** The number of a version, and the connection that has told it. */
interface Version {
  readonly cas: string;
  readonly epoch: number;
}

export interface StoreSettings {
  readonly links: readonly Link[];
  /** The server of a key. */
  readonly linkOf: (key: string) => Link;
  readonly prefix: string;
  readonly maxItemBytes: number;
}

/** memcached in the words of `storeBackend`. */
export function memcachedStore({ links, linkOf, prefix, maxItemBytes }: StoreSettings): Store<Version> {
  const set = ({ key, bytes, life }: StoreEntry): Promise<void> => {
    const item: Item = { key, bytes, expiration: expirationTime(life) };
    return linkOf(key).run((dialect) => dialect.set(item));
  };
  return {
    ...{ label: "memcached", shared: true, persistent: true, expiry: "native", atOnce: AT_ONCE },
    ...{ maxBatch: AT_ONCE, maxBatchBytes: BYTES_AT_ONCE },
    keys: { prefix, maxBytes: MAX_KEY_BYTES, allowed: ALLOWED },
    maxBytes: maxItemBytes - ITEM_OVERHEAD,
    ...(links.length > 1 && { serverOf: linkOf }),
    get: async (key) => (await linkOf(key).run((dialect) => dialect.get(key)))?.bytes,
    getMany: (keys) => getMany(linkOf(keys[0] as string), keys),
    set: (key, bytes, life) => set({ key, bytes, life }),
    setMany: (entries) => inParallel(entries, AT_ONCE, set),
    delete: (key) => linkOf(key).run((dialect) => dialect.delete(key)),
    async getAndDelete(key) {
      const link = linkOf(key);
      const both = [
        link.run((dialect) => dialect.get(key)).catch(unreadable),
        link.run((dialect) => dialect.delete(key)),
      ] as const;
      const [found, isDeleted] = await Promise.all(both);
      // Of several processes that delete the key, the server answers one with DELETED.
      return isDeleted ? found?.bytes : undefined;
    },
    async getVersion(key) {
      const link = linkOf(key);
      const found = await link.run((dialect) => dialect.gets(key));
      return found && { bytes: found.bytes, version: { cas: casOf(found.cas), epoch: link.epoch } };
    },
    async compareAndSet(key, version, bytes, life) {
      const link = linkOf(key);
      if (version && version.epoch !== link.epoch) return false;
      const item: Item = { key, bytes, expiration: expirationTime(life) };
      return link.run((dialect) => (version ? dialect.cas(item, version.cas) : dialect.add(item)));
    },
    async close() {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}

/** The values of keys of one server. One that cannot be read fails alone. */
async function getMany(
  link: Link,
  keys: readonly string[],
): Promise<(Uint8Array | BackendError | undefined)[]> {
  const answers = await link.runEach((dialect) => keys.map((key) => dialect.get(key)));
  if (answers.every((answer) => BackendError.is(answer))) throw answers[0];
  return answers.map((answer) => (BackendError.is(answer) ? answer : answer?.bytes));
}

/** A value that is too large is one nevertheless, and is deleted. */
function unreadable(error: unknown): Found {
  if (BackendError.is(error) && error.code === "too-large")
    return { bytes: new Uint8Array(), cas: undefined };
  throw error;
}

/** Without versions each compare-and-set would succeed. */
function casOf(cas: string | undefined): string {
  if (cas !== undefined && cas !== "0") return cas;
  throw new BackendError("unsupported", "the server tells no versions: leases need a memcached without -C");
}
