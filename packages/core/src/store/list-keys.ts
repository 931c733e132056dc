import { BackendError } from "../backend-error.ts";
import { LEASE_HEADER_BYTES, withoutLease } from "../envelope/lease-header.ts";
import type { KeyListing, KeyPage } from "../key-page.ts";
import { getAll } from "./batches.ts";
import type { KeyCodec } from "./key-codec.ts";
import type { Store, StorePage } from "./store.ts";

/** A page of the keys with an entry, or with a lease if asked for. An expired entry may be among them. */
export async function listKeys(store: Store, keys: KeyCodec, listing: KeyListing): Promise<KeyPage> {
  const page = await store.list?.({ ...listing, prefix: keys.startInStore(listing.prefix) });
  if (page === undefined) return { keys: [], cursor: undefined };
  const hasAll = listing.leased || !store.compareAndSet;
  const listed = hasAll ? page.keys : await keysWithEntry(store, page);
  const own = listed.map(keys.fromStore).filter((key) => key !== undefined);
  return { keys: own, cursor: page.cursor };
}

/** Leaves out the keys that hold a lease and no entry. */
async function keysWithEntry(store: Store, { keys, sizes }: StorePage): Promise<readonly string[]> {
  if (sizes) return keys.filter((_, at) => sizes[at] !== LEASE_HEADER_BYTES);
  const all = await getAll(store, keys);
  return keys.filter((_, at) => {
    const bytes = all[at];
    return BackendError.is(bytes) || (bytes !== undefined && withoutLease(bytes) !== undefined);
  });
}
