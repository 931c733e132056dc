import { createRequire } from "node:module";

/** A Keyv 6, as far as tests use it. */
export interface Keyv6 {
  readonly store: unknown;
  namespace: string | undefined;
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown[]>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<boolean[]>;
  has(key: string): Promise<boolean>;
  clear(): Promise<void>;
  iterator(): AsyncGenerator<[string, unknown], void>;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** An adapter of version 6: every failure is thrown. */
export interface Keyv6Store {
  namespace?: string | undefined;
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, expires?: number): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  disconnect(): Promise<void>;
}

export interface Keyv6Packages {
  readonly Keyv: new (options?: { store?: unknown; namespace?: string }) => Keyv6;
  readonly KeyvSqlite: new (options: { uri: string; driver: "node:sqlite" }) => Keyv6Store;
  readonly KeyvPostgres: new (options: { uri: string; table: string }) => Keyv6Store;
}

/**
 * Keyv 6 and adapters of it. They need Node 22.19, and are optional dependencies here, so that nothing of
 * them is installed on an older one: there it is undefined, and tests of Keyv 5 alone run.
 */
export const keyv6: Keyv6Packages | undefined = isNewEnough() ? load() : undefined;

function isNewEnough(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 19);
}

function load(): Keyv6Packages {
  const require = createRequire(import.meta.url);
  return {
    Keyv: require("keyv").Keyv,
    KeyvSqlite: require("@keyv/sqlite").KeyvSqlite,
    KeyvPostgres: require("@keyv/postgres").KeyvPostgres,
  };
}
