import { freshness, type KeyListing, type KeyPage } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { LazyBackend } from "./support/lazy-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const REMOVED = "an entry that stays is listed, though those listed before it are removed";
const WRITTEN = "an entry that stays is listed, though others are written meanwhile";
const EXPIRED = "a listing goes on past a page of entries that have expired";

/** A backend whose store keeps expired entries until somebody finds them. */
class Lazy extends LazyBackend {
  override sweep(): void {
    for (const key of [...this.entries.keys()]) if (this.isOver(key)) this.forget(key);
  }

  sorted({ prefix, leased }: KeyListing): string[] {
    const all = new Set([...this.entries.keys(), ...(leased ? this.leasedKeys() : [])]);
    return [...all].filter((key) => key.startsWith(prefix)).sort();
  }

  isOver(key: string): boolean {
    const entry = this.entries.get(key);
    return entry === undefined || freshness(entry) === "expired";
  }
}

/** A backend that leaves expired keys out of a page that the store has cut already. */
function filtering(isEnd: (keys: readonly string[], limit: number) => boolean): typeof Lazy {
  return class extends Lazy {
    override async keys(listing: KeyListing): Promise<KeyPage> {
      const page = await super.keys(listing);
      const keys = page.keys.filter((key) => listing.leased || !this.isOver(key));
      return { keys, cursor: isEnd(keys, listing.limit) ? undefined : page.cursor };
    }
  };
}

testFaultsBeneath(
  "stores: listings amid changes",
  {
    "lists from an offset, which removals shift": {
      backend: class extends Lazy {
        override async keys(listing: KeyListing): Promise<KeyPage> {
          const { cursor = "0", limit } = listing;
          const all = this.sorted(listing);
          const end = Number(cursor) + limit;
          return { keys: all.slice(Number(cursor), end), cursor: end < all.length ? `${end}` : undefined };
        }
      },
      caughtBy: [REMOVED],
    },
    "lists as many keys as there were at first": {
      backend: class extends Lazy {
        override async keys(listing: KeyListing): Promise<KeyPage> {
          const { cursor, limit } = listing;
          const all = this.sorted(listing);
          const [last, left] = cursor?.split("\n") ?? ["", `${all.length}`];
          const keys = all.filter((key) => key > `${last}`).slice(0, Math.min(limit, Number(left)));
          const more = Number(left) - keys.length;
          return { keys, cursor: more > 0 && keys.length > 0 ? `${keys.at(-1)}\n${more}` : undefined };
        }
      },
      caughtBy: [WRITTEN],
    },
    "ends a listing at a page with an expired entry": {
      backend: filtering((keys, limit) => keys.length < limit),
      caughtBy: [EXPIRED],
    },
    "ends a listing at a page of expired entries alone": {
      backend: filtering((keys) => keys.length === 0),
      caughtBy: [EXPIRED],
    },
  },
  (faults) => quickly(faults, 0),
);
