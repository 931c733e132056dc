import { decodeEntry } from "../adapter/decode-entry.ts";
import { BackendError, isUnreadable } from "../backend-error.ts";
import type { Clock } from "../clock.ts";
import { type DeleteStatus, deleted, missing } from "../delete-status.ts";
import { encodeEnvelope } from "../envelope/envelope.ts";
import { LEASE_HEADER_BYTES } from "../envelope/lease-header.ts";
import { chain, type MaybePromise, recover } from "../maybe-promise.ts";
import type { StoredValue } from "../stored-value.ts";
import type { KeyCodec } from "./key-codec.ts";
import { lifeUntil } from "./life.ts";
import type { Store } from "./store.ts";

/** A failure that means that there are bytes which cannot be read. Throws all others. */
function failureOfBytes(error: unknown): BackendError {
  if (BackendError.is(error) && (isUnreadable(error) || error.code === "too-large")) return error;
  throw error;
}

/**
 * The bytes of an entry, to which a lease can be added.
 *
 * @throws BackendError `too-large` if the store cannot hold them.
 */
export function encodeEntry(value: StoredValue, maxBytes: number | undefined): Uint8Array {
  const bytes = encodeEnvelope(value);
  if (maxBytes === undefined || bytes.byteLength + LEASE_HEADER_BYTES <= maxBytes) return bytes;
  throw new BackendError("too-large", `the entry has ${bytes.byteLength} bytes; the store takes ${maxBytes}`);
}

/** Reads, writes and removes single entries. */
export class Entries {
  readonly #store: Store;
  readonly #keys: KeyCodec;
  readonly #now: Clock;

  constructor(store: Store, keys: KeyCodec, now: Clock) {
    this.#store = store;
    this.#keys = keys;
    this.#now = now;
  }

  read(key: string): MaybePromise<StoredValue | undefined> {
    return chain(this.#store.get(this.#keys.toStore(key)), decodeEntry);
  }

  write(key: string, value: StoredValue): MaybePromise<void> {
    const bytes = encodeEntry(value, this.#store.maxBytes);
    const life = lifeUntil(value.expiresAt, this.#now());
    return chain(this.#store.set(this.#keys.toStore(key), bytes, life), () => undefined);
  }

  remove(key: string): MaybePromise<DeleteStatus> {
    const at = this.#keys.toStore(key);
    if (this.#store.getAndDelete) return chain(this.#store.getAndDelete(at), (bytes) => this.statusOf(bytes));
    // Deleted in any case: what a replica has not heard of yet is there, though it was not found.
    const before = recover(() => this.#store.get(at), failureOfBytes);
    return chain(before, (bytes) => chain(this.#store.delete(at), () => this.statusOf(bytes)));
  }

  /** Bytes that cannot be read were an entry of somebody's. */
  statusOf(bytes: Uint8Array | BackendError | undefined): DeleteStatus {
    if (BackendError.is(bytes)) return deleted();
    try {
      const entry = decodeEntry(bytes);
      const isLive = entry !== undefined && (entry.expiresAt === undefined || entry.expiresAt > this.#now());
      return isLive ? deleted() : missing();
    } catch {
      return deleted();
    }
  }
}
