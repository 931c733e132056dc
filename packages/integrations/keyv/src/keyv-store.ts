/** An entry of `setMany`: with the `ttl` of Keyv 5, or the `expires` of Keyv 6. */
export interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds from now. */
  readonly ttl?: number | undefined;
  /** Epoch milliseconds. */
  readonly expires?: number | undefined;
}

/** A storage adapter of Keyv 5 or Keyv 6. */
export interface KeyvStore {
  /** Keyv 5 iterates only over stores of dialects that it knows. */
  opts: { dialect: string; deserialize?: unknown };
  /** For Keyv 6: says that the third argument of `set` is an instant. */
  readonly capabilities?: { readonly expires: true };
  /** Set by Keyv. Keyv 5 puts it before each key itself, and Keyv 6 does not. */
  namespace?: string | undefined;
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown[]>;
  /** `end`: milliseconds from now for Keyv 5, epoch milliseconds for Keyv 6. */
  set(key: string, value: unknown, end?: number): Promise<boolean>;
  setMany(entries: KeyvEntry[]): Promise<boolean[]>;
  delete(key: string): Promise<boolean>;
  /** For Keyv 6. */
  deleteMany?(keys: string[]): Promise<boolean[]>;
  has(key: string): Promise<boolean>;
  hasMany(keys: string[]): Promise<boolean[]>;
  clear(): Promise<void>;
  iterator?(namespace?: string): AsyncGenerator<[string, unknown], void>;
  /** Does nothing: failures reject. */
  on(event: string, listener: (...args: never[]) => void): this;
}
