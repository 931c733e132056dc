import type { BackendSupports, KeyListing, KeyPage, StoredValue } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { NativeBackend, SUPPORTS } from "./support/native-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const LARGE = "a space of thousands of entries is listed to the last key, and cleared of every entry";
const TOGETHER =
  "setMany sets large entries, and getMany gets them: 2 MiB together, or what the store allows";

const BATCH = Object.freeze({ max: 1_000 });

/** A backend that takes batches as large as many servers do. */
class Batching extends NativeBackend {
  override readonly supports: BackendSupports = Object.freeze({
    ...SUPPORTS,
    ...{ readMany: BATCH, writeMany: BATCH, removeMany: BATCH },
  });

  override async writeMany(entries: readonly (readonly [string, StoredValue])[]): Promise<void> {
    for (const [key, value] of entries) await this.write(key, value);
  }

  override removeMany(keys: readonly string[]): ReturnType<NativeBackend["removeMany"]> {
    return Promise.all(keys.map((key) => this.remove(key)));
  }
}

/** A backend that asks its store once for the keys to clear. */
function clearing(Base: typeof NativeBackend, most: number) {
  return class extends Base {
    override async clear(): Promise<void> {
      this.ask();
      for (const key of [...this.entries.keys()].slice(0, most)) this.forget(key);
      for (const at of [...this.claims.keys()])
        if ((JSON.parse(at) as string[])[0] === this.space) this.claims.delete(at);
    }
  };
}

/** Its store ends a listing there, and it asks no further. */
function listing(Base: typeof NativeBackend, most: number) {
  return class extends Base {
    override async keys({ cursor, ...listing }: KeyListing): Promise<KeyPage> {
      const [, count = "0", rest] = /^(\d+)\|([\s\S]*)$/.exec(cursor ?? "") ?? [];
      const page = await super.keys({ ...listing, cursor: rest });
      const listed = Number(count) + page.keys.length;
      const isEnd = page.cursor === undefined || listed >= most;
      return { keys: page.keys, cursor: isEnd ? undefined : `${listed}|${page.cursor}` };
    }
  };
}

testFaultsBeneath(
  "stores: many entries and large ones",
  {
    "clears the first 1,000 entries": { backend: clearing(NativeBackend, 1_000), caughtBy: [LARGE] },
    "clears the first 5,000 entries": { backend: clearing(Batching, 5_000), caughtBy: [LARGE] },
    "ends a listing after 1,000 keys": { backend: listing(NativeBackend, 1_000), caughtBy: [LARGE] },
    "ends a listing after 5,000 keys": { backend: listing(Batching, 5_000), caughtBy: [LARGE] },
    "answers what goes beyond 1.2 MB of a batch with misses": {
      backend: class extends NativeBackend {
        override async readMany(keys: readonly string[]): Promise<(StoredValue | undefined)[]> {
          let bytes = 0;
          const fits = (value: StoredValue | undefined): boolean => {
            bytes += value?.payload?.byteLength ?? 0;
            return bytes <= 1_200_000;
          };
          return (await super.readMany(keys)).map((value) => (fits(value) ? value : undefined));
        }
      },
      caughtBy: [TOGETHER],
    },
  },
  (faults) => quickly(faults, 0),
);
