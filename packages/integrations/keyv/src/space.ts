/** A value for a key. */
export interface SpaceEntry {
  readonly key: string;
  readonly value: unknown;
  /** Epoch milliseconds. Undefined: without an end, or with that of a cache's own `ttl`. */
  readonly end: number | undefined;
}

/** The values of one namespace of a Keyv, in a backend or in a cache. */
export interface Space {
  /** Undefined if there is none. */
  get(key: string): Promise<unknown>;
  getMany(keys: readonly string[]): Promise<unknown[]>;
  /** An entry whose end has passed is deleted. */
  set(entry: SpaceEntry): Promise<void>;
  setMany(entries: readonly SpaceEntry[]): Promise<void>;
  /** Whether there was an entry. */
  delete(key: string): Promise<boolean>;
  deleteMany(keys: readonly string[]): Promise<boolean[]>;
  /** Removes the entries of this space. */
  clear(): Promise<void>;
  /** Lists keys in pages. `unsupported` if the backend lists no keys. */
  pages(): AsyncIterable<readonly string[]>;
}

/** Finds the space of a namespace. `undefined` and `""`: without one. */
export type Spaces = (namespace: string | undefined) => Space;

/** Remembers the last space that was asked for: nearly always, a store has one namespace. */
export function remembered(spaces: Spaces): Spaces {
  let last: { readonly namespace: string | undefined; readonly space: Space } | undefined;
  return (namespace) => {
    if (last === undefined || last.namespace !== namespace) last = { namespace, space: spaces(namespace) };
    return last.space;
  };
}
