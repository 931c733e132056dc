import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import type { BackendSupports, DeleteStatus, StoredValue } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import type { Disk } from "./support/map-backend.ts";
import { NativeBackend, SUPPORTS } from "./support/native-backend.ts";
import { testFaultsBeneath } from "./support/planted.ts";

const DONE = "a write and a removal are done when they are answered, whoever reads next";
const BATCH_DONE = "a batch is done when it is answered, whoever reads next";
const BOTH_END = "batches of two users with the same keys in opposite orders both end";
const BEGIN = "two users can begin at the same time on a new space";
const LONGEST = "a key as long as the limit is kept, and a longer one is refused as too-large";
const BYTES = "the limit on keys counts bytes of UTF-8, not characters";
const DIFFER = "long keys that differ in the last character are different keys";
const MIB = "a payload of 1 MiB, or of what the store allows, is kept";

type Entry = readonly [string, StoredValue];

/** Two batches that lock rows in opposite orders are a deadlock, of which a database ends one. */
class Locking extends NativeBackend {
  static readonly #locks = new WeakMap<Disk, Set<string>>();

  get locks(): Set<string> {
    const locks = Locking.#locks.get(this.disk) ?? new Set<string>();
    Locking.#locks.set(this.disk, locks);
    return locks;
  }

  async locked<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const mine: string[] = [];
    try {
      for (const key of keys) {
        for (let tries = 0; this.locks.has(this.at(key)); tries++) {
          if (tries === 50) throw new Error("deadlock detected");
          await setImmediate();
        }
        this.locks.add(this.at(key));
        mine.push(this.at(key));
        await setImmediate();
      }
      return await work();
    } finally {
      for (const at of mine) this.locks.delete(at);
    }
  }
}

/** The tables of a disk: a disk of its own for the names, so that an entry is no table. */
const tablesOf = new WeakMap<Disk, Set<string>>();

class MakesTable extends NativeBackend {
  #ready: Promise<void> | undefined;

  async #make(): Promise<void> {
    const tables = tablesOf.get(this.disk) ?? new Set<string>();
    tablesOf.set(this.disk, tables);
    if (tables.has(this.space)) return;
    await setImmediate();
    if (tables.has(this.space)) throw new Error("the table exists already");
    tables.add(this.space);
  }

  override async read(key: string): Promise<StoredValue | undefined> {
    this.#ready ??= this.#make();
    await this.#ready;
    return super.read(key);
  }

  override async write(key: string, value: StoredValue): Promise<void> {
    this.#ready ??= this.#make();
    await this.#ready;
    await super.write(key, value);
  }
}

/** A backend over an index that takes keys of some length, which it does not declare. */
function indexing(fits: (key: string) => boolean) {
  return class extends NativeBackend {
    override readonly supports: BackendSupports = Object.freeze({ ...SUPPORTS, maxKeyBytes: undefined });

    override async write(key: string, value: StoredValue): Promise<void> {
      if (!fits(key)) throw new Error("the index row is too large");
      await super.write(key, value);
    }
  };
}

/** About as many bytes as an index takes for a key that it compresses. */
const distinct = (key: string): number => new Set(key).size * 40;

/** Entries as a replica still has them. */
const lagging = new Map<string, { readonly value: StoredValue | undefined; readonly until: number }>();

/** The quick tests look at no run as a whole: it takes a second. */
const first = <Fault>(faults: readonly Fault[]): readonly Fault[] => quickly(faults, 0);

testFaultsBeneath(
  "stores: others",
  {
    "answers a write before it is done": {
      backend: class extends NativeBackend {
        override async write(key: string, value: StoredValue): Promise<void> {
          void setImmediate().then(() => super.write(key, value));
        }
      },
      caughtBy: ["data comes back as it was set", DONE],
    },
    "answers one write in ten before it is done": {
      backend: class extends NativeBackend {
        #writes = 0;

        override async write(key: string, value: StoredValue): Promise<void> {
          if (++this.#writes % 10 === 0) void setImmediate().then(() => super.write(key, value));
          else await super.write(key, value);
        }
      },
      caughtBy: [DONE],
    },
    "keeps no order among the writes of a key": {
      backend: class extends NativeBackend {
        #writes = 0;

        override async write(key: string, value: StoredValue): Promise<void> {
          // Over one of two connections, of which one is slower.
          const isSlow = ++this.#writes % 2 === 0;
          if (isSlow) void sleep(3).then(() => super.write(key, value));
          else await super.write(key, value);
        }
      },
      caughtBy: [DONE, "an overwrite replaces data, times and tags, in both directions"],
    },
    "answers a removal before it is done": {
      backend: class extends NativeBackend {
        override async remove(key: string): Promise<DeleteStatus> {
          const entry = this.entries.get(key);
          void setImmediate().then(() => super.remove(key));
          return entry === undefined ? { status: "missing" } : { status: "deleted", count: 1 };
        }
      },
      caughtBy: [DONE, "a delete says that the entry was there, and takes it away"],
    },
    "answers a batch before it is done": {
      backend: class extends NativeBackend {
        override async writeMany(entries: readonly Entry[]): Promise<void> {
          for (const entry of entries) void setImmediate().then(() => super.write(...entry));
        }
      },
      caughtBy: [BATCH_DONE, "awkward keys travel in batches too"],
    },
    "answers a batch of removals before it is done": {
      backend: class extends NativeBackend {
        override async removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
          const statuses = keys.map(
            (key): DeleteStatus =>
              this.entries.has(key) ? { status: "deleted", count: 1 } : { status: "missing" },
          );
          for (const key of keys) void setImmediate().then(() => super.remove(key));
          return statuses;
        }
      },
      caughtBy: [BATCH_DONE],
    },
    "reads from a replica that lags behind": {
      backend: class extends NativeBackend {
        readonly #own = new Set<string>();

        override async write(key: string, value: StoredValue): Promise<void> {
          this.#own.add(key);
          lagging.set(this.at(key), { value: this.entries.get(key), until: Date.now() + 3 });
          await super.write(key, value);
        }

        override async read(key: string): Promise<StoredValue | undefined> {
          const before = lagging.get(this.at(key));
          const isBehind = before !== undefined && !this.#own.has(key) && Date.now() <= before.until;
          return isBehind ? before.value : super.read(key);
        }
      },
      caughtBy: [DONE],
    },
    "remembers what it has read": {
      backend: class extends NativeBackend {
        readonly #known = new Map<string, StoredValue | undefined>();

        override async read(key: string): Promise<StoredValue | undefined> {
          if (!this.#known.has(key)) this.#known.set(key, await super.read(key));
          return this.#known.get(key);
        }

        override async write(key: string, value: StoredValue): Promise<void> {
          this.#known.delete(key);
          await super.write(key, value);
        }

        override async remove(key: string): Promise<DeleteStatus> {
          this.#known.delete(key);
          return super.remove(key);
        }
      },
      caughtBy: [DONE],
    },
    "locks the entries of a batch in the order that it is given": {
      backend: class extends Locking {
        override writeMany(entries: readonly Entry[]): Promise<void> {
          return this.locked(
            entries.map(([key]) => key),
            () => super.writeMany(entries),
          );
        }
      },
      caughtBy: [BOTH_END],
    },
    "locks the keys of a batch of removals in the order that it is given": {
      backend: class extends Locking {
        override removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
          return this.locked(keys, () => super.removeMany(keys));
        }
      },
      caughtBy: [BOTH_END],
    },
    "makes a table that two first users cannot make at once": { backend: MakesTable, caughtBy: [BEGIN] },
    "does not declare how long a key may be": {
      backend: indexing((key) => Buffer.byteLength(key) <= 2_704),
      caughtBy: [LONGEST, BYTES, DIFFER],
    },
    "does not declare how long a key may be that its index cannot compress": {
      backend: indexing((key) => distinct(key) <= 2_000),
      caughtBy: [LONGEST],
    },
    "does not declare how large a value may be": {
      backend: class extends NativeBackend {
        override readonly supports: BackendSupports = Object.freeze({
          ...SUPPORTS,
          maxValueBytes: undefined,
        });

        override async write(key: string, value: StoredValue): Promise<void> {
          if (value.payload.byteLength > 400_000) throw new Error("the item is too large");
          await super.write(key, value);
        }
      },
      caughtBy: [MIB],
    },
  },
  first,
);
