/** Options of a call. unstorage hands on the options of its own caller. */
export interface DriverOptions {
  /** Seconds. 0: without an end. */
  readonly ttl?: number | undefined;
}

export interface DriverItem {
  readonly key: string;
  readonly value: unknown;
  readonly options?: DriverOptions | undefined;
}

/** When an item was stored, and how long it is still kept, in whole seconds. */
export interface DriverMeta {
  mtime: Date;
  ttl?: number;
  [name: string]: Date | number | undefined;
}

/** The type that unstorage has for values. */
export type DriverValue = null | string | number | boolean | object;

/** A driver of unstorage 1.17 and 2. */
export interface UnstorageDriver {
  readonly name: "hitbox";
  readonly flags: { readonly ttl: true };
  hasItem(key: string): Promise<boolean>;
  getItem(key: string): Promise<DriverValue>;
  getItemRaw(key: string): Promise<unknown>;
  getItems(items: readonly { readonly key: string }[]): Promise<{ key: string; value: DriverValue }[]>;
  setItem(key: string, value: unknown, options?: DriverOptions): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: DriverOptions): Promise<void>;
  setItems(items: readonly DriverItem[], options?: DriverOptions): Promise<void>;
  removeItem(key: string): Promise<void>;
  getMeta(key: string): Promise<DriverMeta | null>;
  getKeys(base?: string): Promise<string[]>;
  clear(base?: string): Promise<void>;
  dispose(): void;
  watch?(callback: WatchCallback): () => void;
}

export type WatchCallback = (event: "update" | "remove", key: string) => unknown;
