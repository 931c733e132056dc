import type { BackendSupports } from "../backend.ts";
import type { BackendError, ErrorCode } from "../backend-error.ts";
import type { BackendListener, StopWatching } from "../change-listener.ts";
import type { KeyListing, KeyPage } from "../key-page.ts";
import type { MaybePromise } from "../maybe-promise.ts";

/** How long a store is to keep some bytes: the same time in the units that stores take. */
export interface Life {
  /** Whole milliseconds from now, 1 at least. Undefined: for ever. */
  readonly ms: number | undefined;
  /** Whole seconds from now, rounded up: a store may keep an entry for longer, and never for less. */
  readonly seconds: number | undefined;
  /** Epoch milliseconds, for a store that keeps the end in a column. */
  readonly until: number | undefined;
}

/** Bytes under a key, as one write has put them. */
export interface StoreEntry {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly life: Life;
}

/** Bytes, and the store's mark of this very version of them. */
export interface Versioned<Version> {
  readonly bytes: Uint8Array;
  readonly version: Version;
}

/** The part of some bytes that is changed: the entry, or the lease before it. */
export type StoreChange = "entry" | "lease";

/** Keys of a store, with their prefix. */
export interface StorePage extends KeyPage {
  /**
   * The number of bytes under each key, in the order of `keys`, by which a lease without an entry is told. A
   * store with a compare-and-set is asked for the bytes themselves if they are left out.
   */
  readonly sizes?: readonly number[] | undefined;
}

/** The rules that a store has for keys. */
export interface StoreKeys {
  /** Put before every key: the space of this backend in a store that others use too. Default: none. */
  readonly prefix?: string | undefined;
  /**
   * Longest key in bytes, with its prefix. A longer one is replaced by its SHA-256. If the store lists keys,
   * it is refused as `too-large`, and if there is `allowed`, one with more than a third of that is. Default:
   * no limit.
   */
  readonly maxBytes?: number | undefined;
  /**
   * Matches one character that a key may have, such as `/[\w:.-]/`. Each other one is written as `escape` and
   * two hexadecimal digits for each of its UTF-8 bytes. Default: every character may be in a key.
   */
  readonly allowed?: RegExp | undefined;
  /** A character that the store allows. It stands in a key for what is not allowed. Default: `%`. */
  readonly escape?: string | undefined;
}

/**
 * A store that keeps bytes under a key with a time to live, in the words of its client: all that
 * `storeBackend` needs to make an adapter of it.
 *
 * Each function answers with a value or a promise, and throws its client's errors. Nothing here decodes,
 * checks or retries. The next write of a key is sent when the one before has been answered.
 */
export interface Store<Version = unknown> {
  /** Default of the option of that name: `redis`, as in `memory>redis.redis`. */
  readonly label: string;
  /** True if other processes see the same entries. */
  readonly shared: boolean;
  /** True if entries outlive the process, or the connection. */
  readonly persistent: boolean;
  /**
   * `native`: the store drops expired entries; `lazy`: this code does, now and then; `none`: nobody does.
   * An entry may be there for longer than its life, never for less: the exact end is in its bytes.
   */
  readonly expiry: BackendSupports["expiry"];
  readonly keys?: StoreKeys | undefined;
  /** Most bytes of an entry, metadata included. Default: no limit. */
  readonly maxBytes?: number | undefined;

  /**
   * True if `get` answers without a promise, as a store in the process does. Reads then neither wait for
   * others to make up a batch, nor for a turn of the event loop. Default: false.
   */
  readonly getsAtOnce?: boolean | undefined;

  /** The bytes under a key; undefined if there are none. */
  get(key: string): MaybePromise<Uint8Array | undefined>;
  /** Replaces bytes and life. Neither may remain of what was there before. */
  set(key: string, bytes: Uint8Array, life: Life): MaybePromise<unknown>;
  /** Does nothing if there is nothing. */
  delete(key: string): MaybePromise<unknown>;
  /**
   * Deletes, and answers with the bytes that were there. Bytes that cannot be read count as an entry. Without
   * it `delete` comes after a `get`.
   */
  getAndDelete?(key: string): MaybePromise<Uint8Array | undefined>;

  /** Most keys or entries of one of the four calls that follow. Default: 100. */
  readonly maxBatch?: number | undefined;
  /**
   * Most bytes of one `setMany`: keys and entries together. Larger batches are cut into several calls, and an
   * entry that is larger by itself has a call of its own. Default: no limit.
   */
  readonly maxBatchBytes?: number | undefined;
  /**
   * Most single calls that make up a batch and are under way together, where one of the four is left out. A
   * client that sends many commands in one write takes as many as a batch has. Default: 16.
   */
  readonly atOnce?: number | undefined;
  /**
   * In the order of `keys`; a `BackendError` fails its own key alone. Without it, as many calls of `get`, of
   * which each may fail by itself.
   */
  getMany?(keys: readonly string[]): MaybePromise<readonly (Uint8Array | BackendError | undefined)[]>;
  /**
   * Names the server of a key, for a store of several servers: any value that is equal for the keys of one
   * server. `getMany` is called for each server by itself then, with a deadline of its own, so a server that
   * is away or silent fails its own keys alone. Default: there is one server.
   */
  serverOf?(key: string): unknown;
  /** Entries come in the order of their keys, so that two batches lock rows in one order. */
  setMany?(entries: readonly StoreEntry[]): MaybePromise<unknown>;
  deleteMany?(keys: readonly string[]): MaybePromise<unknown>;
  /**
   * `getAndDelete` for many keys, in their order. For a store that can tell without the whole bytes if there
   * is an entry: bytes that cannot be read count as one. Without it `deleteMany` comes after a `getMany`.
   */
  getAndDeleteMany?(keys: readonly string[]): MaybePromise<readonly (Uint8Array | undefined)[]>;

  /** `get` with a version: with `compareAndSet` it gives leases and fences. */
  getVersion?(key: string): MaybePromise<Versioned<Version> | undefined>;
  /**
   * Sets, and answers true, if the version of the key is still `version`; undefined: if there is nothing
   * under it. Otherwise changes nothing, and answers false. Atomic. With the change `lease` the entry in
   * the bytes stays as it was, so nobody who watches has to be told.
   */
  compareAndSet?(
    key: string,
    version: Version | undefined,
    bytes: Uint8Array,
    life: Life,
    change: StoreChange,
  ): MaybePromise<boolean>;

  /** Deletes every key that begins with `prefix`, and nothing else. */
  clear?(prefix: string): MaybePromise<unknown>;
  /** A page of the keys that begin with `listing.prefix`, as the store has them. */
  list?(listing: KeyListing): MaybePromise<StorePage>;
  /**
   * Tells of changes by others, as `Backend.watch` does, by the keys of the store with their prefix.
   * `storeBackend` itself tells of changes through the backend, with their origin.
   */
  watch?(listener: BackendListener): StopWatching;
  /** Closes a client that this code has opened. Leave it out for one that it was given. */
  close?(): MaybePromise<unknown>;

  /**
   * Kinds of the client's errors, by their `code` or else their `name`. Those of sockets (`ECONNREFUSED` …)
   * are known.
   */
  readonly errors?: Readonly<Record<string, ErrorCode>> | undefined;
  /** Names the kind of an error that a table cannot; undefined: `errors` is asked. */
  classify?(error: unknown): ErrorCode | undefined;
}
