import {
  type Backend,
  type BackendListener,
  type BackendSupports,
  chain,
  checkOption,
  delegateTo,
  type KeyListing,
  type KeyPage,
  type MaybePromise,
} from "@hitbox/core";
import { checkRaw } from "./check-raw.ts";

/**
 * `backend` with `prefix` before every key, after the key format: many tenants in one store, none of which
 * sees another's entries. `supports.maxKeyBytes` shrinks by the prefix, and there is no `clear`, which would
 * empty the whole store.
 *
 * A prefix ends with its only ":". So no prefix is the beginning of another, and no two of them share a key,
 * whatever keys follow. A prefix within a prefix lies in the outer one's space, as a folder does.
 *
 * @throws TypeError for a typed backend, for a wrong prefix, and for one that leaves no room for keys.
 * @example
 * const tenant = prefixed(memory({ maxEntries: 1_000 }), "tenant-42:");
 */
export function prefixed<Raw>(backend: Backend<Raw>, prefix: string): Backend<Raw> {
  checkRaw(backend);
  const ok = typeof prefix === "string" && prefix.isWellFormed() && /^[^:]+:$/.test(prefix);
  checkOption(ok, "prefix", prefix, 'must be a well-formed string that ends with its only ":"');
  const { clear, watch, keys, ...inner } = delegateTo(backend);
  return Object.freeze<Backend<Raw>>({
    ...inner,
    supports: supportsUnder(backend.supports, prefix),
    read: (key) => backend.read(prefix + key),
    write: (key, value, origin) => backend.write(prefix + key, value, origin),
    remove: (key, origin) => backend.remove(prefix + key, origin),
    ...batchesUnder(inner, prefix),
    ...leasesUnder(inner, prefix),
    ...(keys && { keys: (listing) => keysUnder(prefix, keys, listing) }),
    ...(watch && { watch: (listener) => watch(under(prefix, listener)) }),
  });
}

function batchesUnder<Raw>(
  { readMany, writeMany, removeMany }: Backend<Raw>,
  prefix: string,
): Pick<Backend<Raw>, "readMany" | "writeMany" | "removeMany"> {
  const at = (key: string): string => prefix + key;
  return {
    ...(readMany && { readMany: (keys) => readMany(keys.map(at)) }),
    ...(writeMany && {
      writeMany: (entries, origin) =>
        writeMany(
          entries.map(([key, value]) => [at(key), value] as const),
          origin,
        ),
    }),
    ...(removeMany && { removeMany: (keys, origin) => removeMany(keys.map(at), origin) }),
  };
}

function leasesUnder<Raw>(
  { lease, writeFenced, releaseLease }: Backend<Raw>,
  prefix: string,
): Pick<Backend<Raw>, "lease" | "writeFenced" | "releaseLease"> {
  return {
    ...(lease && { lease: (key, ms) => lease(prefix + key, ms) }),
    ...(writeFenced && {
      writeFenced: (key, value, fence, origin) => writeFenced(prefix + key, value, fence, origin),
    }),
    ...(releaseLease && { releaseLease: (key, fence) => releaseLease(prefix + key, fence) }),
  };
}

function keysUnder(
  prefix: string,
  list: NonNullable<Backend["keys"]>,
  listing: KeyListing,
): MaybePromise<KeyPage> {
  return chain(list({ ...listing, prefix: prefix + listing.prefix }), ({ keys, cursor }) => ({
    keys: keys.map((key) => key.slice(prefix.length)),
    cursor,
  }));
}

function under(prefix: string, listener: BackendListener): BackendListener {
  return {
    changed(keys, origin) {
      const own = keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
      if (own.length > 0) listener.changed(own, origin);
    },
    lost: (origin) => listener.lost(origin),
    restored: (origin) => listener.restored(origin),
  };
}

function supportsUnder(supports: BackendSupports, prefix: string): BackendSupports {
  const { maxKeyBytes } = supports;
  if (maxKeyBytes === undefined) return Object.freeze({ ...supports, clear: false });
  const room = maxKeyBytes - Buffer.byteLength(prefix);
  checkOption(room >= 1, "prefix", prefix, `leaves no room for keys in the store's ${maxKeyBytes} bytes`);
  return Object.freeze({ ...supports, clear: false, maxKeyBytes: room });
}
