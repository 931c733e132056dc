import { type AnyBackend, type Backend, type BackendListener, storeBackend } from "@hitbox/core";
import { createStorage } from "unstorage";
import { createStorage as createStorage2 } from "unstorage-2";
import type { UnstorageDriver } from "../src/index.ts";

/** The members of a storage that are the same in both versions, and typed alike. */
export interface StorageLike {
  hasItem(key: string): Promise<boolean>;
  getItem(key: string): Promise<unknown>;
  getItemRaw(key: string): Promise<unknown>;
  getItems(keys: string[]): Promise<{ key: string; value: unknown }[]>;
  setItem(key: string, value: never, options?: object): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: object): Promise<void>;
  setItems(items: { key: string; value: never; options?: object }[], common?: object): Promise<void>;
  removeItem(key: string): Promise<void>;
  getMeta(key: string): unknown;
  setMeta(key: string, value: object): Promise<void>;
  getKeys(base?: string, options?: { maxDepth?: number }): Promise<string[]>;
  clear(base?: string): Promise<void>;
  watch(callback: (event: "update" | "remove", key: string) => unknown): Promise<() => unknown>;
  mount(base: string, driver: UnstorageDriver): unknown;
  dispose(): Promise<void>;
}

type Row = readonly [name: string, create: (driver?: UnstorageDriver) => StorageLike];

/** Both versions of unstorage. */
export const VERSIONS: readonly Row[] = [
  ["unstorage 1.17", (driver) => createStorage(driver && { driver })],
  ["unstorage 2", (driver) => createStorage2(driver && { driver })],
];

const nothing = (): undefined => undefined;

/** A store that lists no keys. */
export const unlisted = (): Backend =>
  storeBackend({
    ...{ label: "plain", shared: false, persistent: false, expiry: "none" },
    ...{ get: nothing, set: nothing, delete: nothing },
  });

/** A shared store that tells each process of the changes of the other. */
export function watchedBackends(): readonly [AnyBackend, AnyBackend] {
  const bytes = new Map<string, Uint8Array>();
  const processes = new Map<BackendListener, number>();
  const open = (process: number): Backend => {
    const changed = (key: string): void => {
      for (const [listener, own] of processes) if (own !== process) listener.changed([key]);
    };
    return storeBackend({
      ...{ label: "map", shared: true, persistent: true, expiry: "none" },
      get: (key) => bytes.get(key),
      set(key, value) {
        bytes.set(key, value);
        changed(key);
      },
      delete(key) {
        bytes.delete(key);
        changed(key);
      },
      list: ({ prefix }) => ({
        keys: [...bytes.keys()].filter((key) => key.startsWith(prefix)),
        cursor: undefined,
      }),
      clear: () => bytes.clear(),
      watch(listener) {
        processes.set(listener, process);
        listener.restored();
        return () => processes.delete(listener);
      },
    });
  };
  return [open(1), open(2)];
}
