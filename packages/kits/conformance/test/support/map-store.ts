import { setImmediate } from "node:timers/promises";
import type { Life, Store } from "@hitbox/core";
import type { RawHooks } from "../../src/index.ts";

export interface Kept {
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly until: number;
}

/** The bytes of a store that several processes share. */
export type Space = Map<string, Kept>;

let versions = 0;

/** The hooks of a backend over such a store, whose keys begin with the name of its space. */
export function storeHooks(spaces: Map<string, Space>): RawHooks {
  const find = (space: string, key: string): Kept | undefined => {
    const kept = spaces.get("")?.get(`${space}:${key}`);
    return kept !== undefined && kept.until > Date.now() ? kept : undefined;
  };
  return {
    bytes: (space, key) => find(space, key)?.bytes,
    timeToLive: (space, key) => {
      const kept = find(space, key);
      return kept && kept.until - Date.now();
    },
    damage(space, key) {
      const kept = find(space, key);
      const bytes = kept?.bytes.map((byte, index) => (index % 3 === 0 ? byte ^ 0x55 : byte));
      if (kept && bytes) spaces.get("")?.set(`${space}:${key}`, { ...kept, bytes });
    },
  };
}

/** A store in a Map, as a server's client would be: with promises, and with the members that are named. */
export function mapStore(spaces: Map<string, Space>, members: readonly (keyof Store)[]): Store<number> {
  const entries = spaces.get("") ?? new Map<string, Kept>();
  spaces.set("", entries);
  const live = (key: string): Kept | undefined => {
    const kept = entries.get(key);
    return kept !== undefined && kept.until > Date.now() ? kept : undefined;
  };
  const put = (key: string, bytes: Uint8Array, { ms }: Life): void => {
    const until = ms === undefined ? Number.POSITIVE_INFINITY : Date.now() + ms;
    entries.set(key, { bytes: Uint8Array.from(bytes), version: ++versions, until });
  };
  const copy = (kept: Kept | undefined): Uint8Array | undefined => kept && Uint8Array.from(kept.bytes);
  const all: Store<number> = {
    ...{ label: "map", shared: true, persistent: true, expiry: "native" as const },
    get: async (key) => copy(live(key)),
    set: async (key, bytes, life) => put(key, bytes, life),
    delete: async (key) => entries.delete(key),
    getAndDelete: async (key) => {
      const kept = live(key);
      entries.delete(key);
      return copy(kept);
    },
    getMany: async (keys) => keys.map((key) => copy(live(key))),
    setMany: async (all) => {
      for (const { key, bytes, life } of all) put(key, bytes, life);
    },
    deleteMany: async (keys) => {
      for (const key of keys) entries.delete(key);
    },
    getVersion: async (key) => {
      const kept = live(key);
      return kept && { bytes: Uint8Array.from(kept.bytes), version: kept.version };
    },
    compareAndSet: async (key, version, bytes, life) => {
      const isSame = live(key)?.version === version;
      if (isSame) put(key, bytes, life);
      return isSame;
    },
    clear: async (prefix) => {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
    list: async ({ prefix, cursor, limit }) => {
      const keys = [...entries.keys()].filter((key) => key.startsWith(prefix) && live(key)).sort();
      const from = cursor === undefined ? 0 : keys.findIndex((key) => key > cursor);
      const page = from < 0 ? [] : keys.slice(from, from + limit);
      return { keys: page, cursor: page.length < limit ? undefined : page.at(-1) };
    },
  };
  const always = ["label", "shared", "persistent", "expiry", "get", "set", "delete"];
  const isThere = ([name]: [string, unknown]): boolean =>
    always.includes(name) || members.includes(name as keyof Store);
  return Object.fromEntries(Object.entries(all).filter(isThere)) as unknown as Store<number>;
}

/** The store over a connection: a call takes a turn of the event loop, and fails while the store is away. */
export function leaving(store: Store<number>, isAway: () => boolean): Store<number> {
  const asked = Object.entries(store).map(([name, member]) => {
    if (typeof member !== "function") return [name, member];
    const call = async (...args: unknown[]): Promise<unknown> => {
      await setImmediate();
      if (isAway()) throw Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      return (member as (...args: unknown[]) => unknown)(...args);
    };
    return [name, call];
  });
  return Object.fromEntries(asked) as Store<number>;
}
