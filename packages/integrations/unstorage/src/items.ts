import type { ChangeListener, StopWatching } from "@hitbox/core";

/** A value for a key. */
export interface Item {
  readonly key: string;
  readonly value: unknown;
  /** Epoch milliseconds. Undefined: without an end, or with that of a cache's own `ttl`. */
  readonly end: number | undefined;
}

/** When an item was stored, and when it ends: epoch milliseconds. */
export interface Times {
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
}

/** The items of a driver, in a backend or in a cache. */
export interface Items {
  /** Undefined if there is none. */
  get(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<unknown[]>;
  timesOf(key: string): Promise<Times | undefined>;
  /** An item whose end has passed is removed. */
  set(item: Item): Promise<void>;
  setMany(items: readonly Item[]): Promise<void>;
  remove(keys: readonly string[]): Promise<unknown>;
  clear(): Promise<void>;
  /** Lists keys in pages. `unsupported` if the backend lists no keys. */
  pages(prefix: string): AsyncIterable<readonly string[]>;
  /** Removes items whose keys begin with `prefix`, and tells their keys, page by page. */
  removeAll(prefix: string): AsyncIterable<readonly string[]>;
  /** If others' changes are told. */
  watch?: ((listener: ChangeListener) => StopWatching) | undefined;
}
