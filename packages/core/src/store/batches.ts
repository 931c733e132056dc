import { decodeApart, decodeEntry } from "../adapter/decode-entry.ts";
import { AT_ONCE, inParallel, slices, slicesWithin } from "../adapter/in-parallel.ts";
import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { Clock } from "../clock.ts";
import type { DeleteStatus } from "../delete-status.ts";
import type { StoredValue } from "../stored-value.ts";
import { type Entries, encodeEntry } from "./entries.ts";
import type { KeyCodec } from "./key-codec.ts";
import { lifeUntil } from "./life.ts";
import type { Store, StoreEntry } from "./store.ts";

const DEFAULT_BATCH = 100;

type BatchOperations = Required<Pick<Backend, "readMany" | "writeMany" | "removeMany">>;

/** Batches of any size: by those of the store, or key by key, in bounded parallelism. */
export function batchesOf(store: Store, entries: Entries, keys: KeyCodec, now: Clock): BatchOperations {
  const { maxBatch = DEFAULT_BATCH, atOnce = AT_ONCE, setMany, deleteMany, getAndDeleteMany } = store;
  const { maxBatchBytes = Number.POSITIVE_INFINITY } = store;
  const toEntry = ([key, value]: readonly [string, StoredValue]): StoreEntry => ({
    key: keys.toStore(key),
    bytes: encodeEntry(value, store.maxBytes),
    life: lifeUntil(value.expiresAt, now()),
  });

  return {
    async readMany(asked) {
      const at = asked.map((key) => keys.toStore(key));
      const found = store.getMany ? await getByServer(store, at) : await getApart(store, at);
      return found.map((each) => (BackendError.is(each) ? each : decodeApart(each, decodeEntry)));
    },
    async writeMany(values) {
      if (setMany === undefined)
        await inParallel(values, atOnce, ([key, value]) => entries.write(key, value));
      else {
        const sorted = values.map(toEntry).sort((a, b) => compare(a.key, b.key));
        for (const part of slicesWithin(sorted, maxBatch, maxBatchBytes, sizeOf))
          await setMany.call(store, part);
      }
    },
    async removeMany(asked): Promise<DeleteStatus[]> {
      const at = asked.map((key) => keys.toStore(key));
      if (getAndDeleteMany) {
        const before: (Uint8Array | undefined)[] = [];
        for (const part of slices(at, maxBatch)) before.push(...(await getAndDeleteMany.call(store, part)));
        return before.map((bytes) => entries.statusOf(bytes));
      }
      if (deleteMany === undefined) return inParallel(asked, atOnce, (key) => entries.remove(key));
      const before = await getAll(store, at);
      // All of them: see `remove`.
      for (const part of slices([...at].sort(compare), maxBatch)) await deleteMany.call(store, part);
      return before.map((bytes) => entries.statusOf(bytes));
    },
  };
}

/** The bytes under one key of a batch, or the failure of this key alone. */
type Answer = Uint8Array | BackendError | undefined;

/** The bytes under keys of the store, in their order. */
export async function getAll(store: Store, at: readonly string[]): Promise<Answer[]> {
  const { maxBatch = DEFAULT_BATCH, atOnce = AT_ONCE, getMany } = store;
  if (getMany === undefined) return inParallel(at, atOnce, (key) => store.get(key));
  const parts = await inParallel(slices(at, maxBatch), AT_ONCE, (part) => getMany.call(store, part));
  return parts.flat();
}

/** Reads from each server: one that fails, fails its own keys alone. If all fail, so does the batch. */
async function getByServer(store: Store, at: readonly string[]): Promise<Answer[]> {
  const parts = positionsByServer(store, at);
  if (parts.length < 2) return getAll(store, at);
  const answers: Answer[] = new Array(at.length);
  let failures = 0;
  await Promise.all(
    parts.map(async (part) => {
      const keys = part.map((position) => at[position] as string);
      const found = await getAll(store, keys).catch((error: unknown) => {
        failures += 1;
        if (failures === parts.length || !BackendError.is(error)) throw error;
        return keys.map(() => error);
      });
      part.forEach((position, index) => {
        answers[position] = found[index];
      });
    }),
  );
  return answers;
}

function positionsByServer(store: Store, at: readonly string[]): number[][] {
  if (store.serverOf === undefined) return [];
  const parts = new Map<unknown, number[]>();
  for (let position = 0; position < at.length; position++) {
    const server = store.serverOf(at[position] as string);
    const part = parts.get(server);
    if (part) part.push(position);
    else parts.set(server, [position]);
  }
  return [...parts.values()];
}

/**
 * Reads key by key: a call that fails, fails its own key alone. If all fail, so does the batch. After a call
 * that got no answer in time, no further one is begun.
 */
async function getApart(store: Store, at: readonly string[]): Promise<Answer[]> {
  const { atOnce = AT_ONCE } = store;
  let failures = 0;
  let silence: BackendError | undefined;
  return inParallel(at, atOnce, async (key) => {
    try {
      if (silence) throw silence;
      return await store.get(key);
    } catch (error) {
      failures += 1;
      if (failures === at.length || !BackendError.is(error)) throw error;
      if (error.code === "timeout") silence ??= error;
      return error;
    }
  });
}

function sizeOf({ key, bytes }: StoreEntry): number {
  return Buffer.byteLength(key) + bytes.byteLength;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
