import {
  type AnyBackend,
  type CacheBackend,
  type CacheValue,
  type Clock,
  cacheBackend,
  cacheValue,
  checkFunction,
  checkKnown,
  checkOption,
  isBackend,
  isCacheBackend,
  systemClock,
} from "@hitbox/core";

export interface ToKeyvOptions {
  /** Epoch milliseconds, for the ends of entries. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/** An entry of `setMany`. */
export interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  /** Milliseconds. */
  readonly ttl?: number | undefined;
}

/** A storage adapter of Keyv 5. Keyv 6 takes it, too, and puts its own bridge around it. */
export interface KeyvStore {
  /** Keyv 5 iterates only over stores of dialects that it knows. */
  opts: { dialect: string; deserialize?: unknown };
  /** Set by Keyv 5, which puts it before each key itself. */
  namespace?: string | undefined;
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown[]>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  setMany(entries: KeyvEntry[]): Promise<boolean[]>;
  delete(key: string): Promise<boolean>;
  has(key: string): Promise<boolean>;
  hasMany(keys: string[]): Promise<boolean[]>;
  clear(): Promise<void>;
  iterator?(namespace?: string): AsyncGenerator<[string, unknown], void>;
  /** Does nothing: failures reject. */
  on(event: string, listener: (...args: never[]) => void): this;
}

/**
 * A store of Keyv over a backend or a composition of backends, which stays yours: Keyv does not close it.
 * A clear of a namespace, and `iterator`, need a backend that lists keys.
 *
 * @throws TypeError for a value that is no backend.
 * @example
 * import { memory } from "@hitbox/memory";
 * import Keyv from "keyv";
 *
 * const keyv = new Keyv({ store: toKeyv(memory({ maxEntries: 1_000 })), throwOnErrors: true });
 */
export function toKeyv(backend: AnyBackend, options: ToKeyvOptions = {}): KeyvStore {
  checkKnown("toKeyv", options, ["now"]);
  const { now = systemClock } = options;
  checkFunction("now", now);
  checkOption(
    isBackend(backend),
    "toKeyv: backend",
    backend,
    "must be a backend, such as memory({ maxEntries: 1_000 })",
  );
  const tiers = isCacheBackend(backend) ? backend : cacheBackend(backend);
  return {
    opts: { dialect: "redis" },
    get: async (key) => (await tiers.get(key))?.data,
    getMany: async (keys) => (await tiers.getMany(keys)).map((entry) => entry?.data),
    async set(key, value, ttl) {
      await tiers.set(key, valueFor(value, ttl, now()));
      return true;
    },
    async setMany(entries) {
      await tiers.setMany(entries.map(({ key, value, ttl }) => [key, valueFor(value, ttl, now())] as const));
      return entries.map(() => true);
    },
    delete: async (key) => (await tiers.delete(key)).status === "deleted",
    has: async (key) => (await tiers.get(key)) !== undefined,
    hasMany: async (keys) => (await tiers.getMany(keys)).map((entry) => entry !== undefined),
    async clear() {
      if (this.namespace === undefined) await tiers.clear();
      else for await (const keys of keysOf(tiers, this.namespace)) await tiers.deleteMany(keys);
    },
    ...(tiers.supports.keys && { iterator: (namespace) => entriesOf(tiers, namespace) }),
    on() {
      return this;
    },
  };
}

/** An end that has passed is kept: core deletes such an entry. Keyv takes 0 for "no end". */
function valueFor(data: unknown, ttl: number | undefined, now: number): CacheValue<unknown> {
  const end = ttl ? Math.max(0, Math.ceil(now + ttl)) : Number.POSITIVE_INFINITY;
  return cacheValue(data, { createdAt: now, expiresAt: Number.isSafeInteger(end) ? end : undefined });
}

/** `unsupported` if the backend lists no keys. Keyv 5 puts `:` after a namespace, and Keyv 6 puts `::`. */
function keysOf(tiers: CacheBackend, namespace: string | undefined): AsyncIterable<readonly string[]> {
  return tiers.keys({ prefix: namespace === undefined ? "" : `${namespace}:` });
}

async function* entriesOf(
  tiers: CacheBackend,
  namespace: string | undefined,
): AsyncGenerator<[string, unknown], void> {
  for await (const keys of keysOf(tiers, namespace)) {
    const entries = await tiers.getMany(keys);
    for (const [at, entry] of entries.entries())
      if (entry !== undefined) yield [keys[at] as string, entry.data];
  }
}
