import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { Clock } from "../clock.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { StoredValue } from "../stored-value.ts";
import { decodeEntry, type Entries, encodeEntry } from "./entries.ts";
import { inParallel, slices } from "./in-parallel.ts";
import type { KeyCodec } from "./key-codec.ts";
import { lifeUntil } from "./life.ts";
import type { Store, StoreEntry } from "./store.ts";

const DEFAULT_BATCH = 100;

type BatchOperations = Required<Pick<Backend, "readMany" | "writeMany" | "removeMany">>;

/** Batches of any size: by those of the store, or key by key, in bounded parallelism. */
export function batchesOf(store: Store, entries: Entries, keys: KeyCodec, now: Clock): BatchOperations {
  const { maxBatch = DEFAULT_BATCH, setMany, deleteMany } = store;
  const toEntry = ([key, value]: readonly [string, StoredValue]): StoreEntry => ({
    key: keys.toStore(key),
    bytes: encodeEntry(value, store.maxBytes),
    life: lifeUntil(value.expiresAt, now()),
  });

  return {
    readMany: async (asked) =>
      (
        await getAll(
          store,
          asked.map((key) => keys.toStore(key)),
        )
      ).map(decodeApart),
    async writeMany(values) {
      if (setMany === undefined) await inParallel(values, ([key, value]) => entries.write(key, value));
      else {
        const sorted = values.map(toEntry).sort((a, b) => compare(a.key, b.key));
        for (const part of slices(sorted, maxBatch)) await setMany.call(store, part);
      }
    },
    async removeMany(asked): Promise<DeleteStatus[]> {
      if (deleteMany === undefined) return inParallel(asked, (key) => entries.remove(key));
      const at = asked.map((key) => keys.toStore(key));
      const before = await getAll(store, at);
      const there = at.filter((_, index) => before[index] !== undefined).sort(compare);
      for (const part of slices(there, maxBatch)) await deleteMany.call(store, part);
      return before.map((bytes) => entries.statusOf(bytes));
    },
  };
}

/** The bytes under keys of the store, in their order. */
export async function getAll(store: Store, at: readonly string[]): Promise<(Uint8Array | undefined)[]> {
  const { maxBatch = DEFAULT_BATCH, getMany } = store;
  if (getMany === undefined) return inParallel(at, (key) => store.get(key));
  const parts = await inParallel(slices(at, maxBatch), (part) => getMany.call(store, part));
  return parts.flat();
}

/** An entry that cannot be read fails its own key alone. */
function decodeApart(bytes: Uint8Array | undefined): StoredValue | BackendError | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (BackendError.is(error)) return error;
    throw error;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
