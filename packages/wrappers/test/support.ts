import { all, type Backend, BackendError, chain, type ErrorCode, json, type StoredValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";

/** A store of bytes that answers without promises. */
export function bytes(): Backend<unknown> {
  return memory({ maxEntries: 1_000, format: json() });
}

export function entry(text: string): StoredValue {
  return {
    payload: Buffer.from(text),
    format: "json",
    compressor: undefined,
    decodedBytes: undefined,
    createdAt: 1,
    staleAt: undefined,
    expiresAt: undefined,
    tags: undefined,
  };
}

export function textOf(stored: StoredValue<unknown> | BackendError | undefined): string | undefined {
  if (BackendError.is(stored)) throw stored;
  return stored && Buffer.from(stored.payload as Uint8Array).toString();
}

/** The code that an operation fails with, at once or later; "none" where it succeeds. */
export async function codeOf(run: () => unknown): Promise<ErrorCode | "none"> {
  try {
    await run();
    return "none";
  } catch (error) {
    if (BackendError.is(error)) return error.code;
    throw error;
  }
}

/** The same store, with batches, each of which is as many single operations. */
export function withBatches(store: Backend<unknown>): Backend<unknown> {
  const { label, keyFormat, valueFormat, compressor } = store;
  const max = Object.freeze({ max: 10 });
  return {
    ...{ label, keyFormat, valueFormat, compressor },
    supports: Object.freeze({ ...store.supports, readMany: max, writeMany: max, removeMany: max }),
    read: (key) => store.read(key),
    write: (key, value) => store.write(key, value),
    remove: (key) => store.remove(key),
    clear: () => store.clear?.(),
    readMany: (keys) => all(keys.map((key) => store.read(key))),
    writeMany: (entries) =>
      chain(all(entries.map(([key, value]) => store.write(key, value))), () => undefined),
    removeMany: (keys) => all(keys.map((key) => store.remove(key))),
  };
}
