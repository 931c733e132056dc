import type { KeyListing, KeyPage } from "@hitbox/core";
import { MapBackend } from "./support/map-backend.ts";
import { testFaults } from "./support/planted.ts";

const EVERY = "keys lists every entry, in large pages and in small ones, or is refused as unsupported";
const PREFIX = "keys lists the keys that begin with a prefix, whatever characters it holds";
const SIZE = "a page of keys holds about as many keys as were asked for";
const REMOVED = "keys lists no key that was removed, nor one that holds a lease and no entry";
const LEASED =
  "keys lists what loads that have begun hold, if asked for, and a delete of it voids their fences";
const OTHERS = "keys lists no entry of another space";
const STAYS = "an entry that stays is listed, whatever is read, written and removed between the pages";

testFaults("stores: listings", {
  "have one page only": {
    backend: class extends MapBackend {
      override async keys(listing: KeyListing): Promise<KeyPage> {
        return { ...(await super.keys(listing)), cursor: undefined };
      }
    },
    caughtBy: [EVERY],
  },
  "do not end": {
    backend: class extends MapBackend {
      override async keys(listing: KeyListing): Promise<KeyPage> {
        const { keys, cursor } = await super.keys(listing);
        return { keys, cursor: cursor ?? "" };
      }
    },
    caughtBy: [EVERY],
  },
  "leave out the last key of each page": {
    backend: class extends MapBackend {
      override async keys(listing: KeyListing): Promise<KeyPage> {
        const { keys, cursor } = await super.keys(listing);
        return { keys: cursor === undefined ? keys : keys.slice(0, -1), cursor };
      }
    },
    caughtBy: [EVERY, STAYS],
  },
  "take the prefix for a pattern": {
    backend: class extends MapBackend {
      override async keys({ prefix, ...listing }: KeyListing): Promise<KeyPage> {
        const { keys, cursor } = await super.keys({ prefix: "", ...listing });
        const pattern = new RegExp(`^${prefix.replace(/[*?]/g, ".$&").replace(/[[\\(]/g, "\\$&$&")}`);
        return { keys: keys.filter((key) => pattern.test(key)), cursor };
      }
    },
    caughtBy: [PREFIX],
  },
  "answer with everything at once": {
    backend: class extends MapBackend {
      override keys(listing: KeyListing): Promise<KeyPage> {
        return super.keys({ ...listing, limit: 100_000 });
      }
    },
    caughtBy: [SIZE],
  },
  "list leases": {
    backend: class extends MapBackend {
      override async keys(listing: KeyListing): Promise<KeyPage> {
        return super.keys({ ...listing, leased: true });
      }
    },
    caughtBy: [REMOVED],
  },
  "list no leases where they are asked for": {
    backend: class extends MapBackend {
      override async keys(listing: KeyListing): Promise<KeyPage> {
        return super.keys({ ...listing, leased: false });
      }
    },
    caughtBy: [LEASED],
  },
  "list no lease over an entry that has expired": {
    backend: class extends MapBackend {
      override async keys(listing: KeyListing): Promise<KeyPage> {
        const { keys, cursor } = await super.keys(listing);
        const isOver = (key: string): boolean =>
          (this.entries.get(key)?.expiresAt ?? Number.POSITIVE_INFINITY) <= Date.now();
        return { keys: keys.filter((key) => !isOver(key)), cursor };
      }
    },
    caughtBy: [LEASED],
  },
  "list the keys of all spaces": {
    backend: class extends MapBackend {
      override async keys({ prefix }: KeyListing): Promise<KeyPage> {
        const keys = [...this.disk.values()].flatMap((entries) => [...entries.keys()]);
        return { keys: keys.filter((key) => key.startsWith(prefix)), cursor: undefined };
      }
    },
    caughtBy: [OTHERS],
  },
  "count positions, which change": {
    backend: class extends MapBackend {
      override async keys({ prefix, cursor = "0", limit }: KeyListing): Promise<KeyPage> {
        const all = [...this.entries.keys()].filter((key) => key.startsWith(prefix));
        const end = Number(cursor) + limit;
        return { keys: all.slice(Number(cursor), end), cursor: end < all.length ? `${end}` : undefined };
      }
    },
    caughtBy: [STAYS],
  },
});
