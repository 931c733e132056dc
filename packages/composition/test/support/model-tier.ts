import {
  BackendError,
  type CacheBackend,
  type CacheKey,
  type CacheValue,
  cacheBackend,
  cacheKey,
  chain,
  type DeleteStatus,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { tier as mapTier } from "./tier.ts";

/** A key that says on whose behalf it is used. `version` is the caller's place in the order of calls. */
export interface ModelKey extends CacheKey {
  readonly caller: { readonly kind: "get" | "set" | "delete"; readonly version: number };
}

export function modelKey(text: string, caller: ModelKey["caller"]): ModelKey {
  return { ...cacheKey(text), caller };
}

/**
 * One change of a tier. A set by a get is a refill; a delete by a set takes back what a failed write may have
 * left, and one by a get what a failed refill may have.
 */
export interface Applied {
  readonly kind: "set" | "delete" | "refill" | "undo" | "unfill";
  readonly key: string;
  /** Of the value for sets and refills, of the caller for deletes. */
  readonly version: number;
  /** By the clock of the run. */
  readonly at: number;
}

const DELETES = { delete: "delete", set: "undo", get: "unfill" } as const;

/**
 * What becomes of one operation: `lost` is applied, and its answer is an error all the same. A set that is
 * refused is of a value that the tier can never hold; other operations are `ok` then.
 */
export type Fate = "ok" | "fail" | "lost" | "refuse";

export interface ModelTier {
  readonly backend: CacheBackend;
  readonly applied: Applied[];
  /** `key version` of callers one of whose operations did not end well here. */
  readonly troubled: Set<string>;
  /** `key version` of sets that were refused here. */
  readonly refused: Set<string>;
  /** Operations under way. */
  active(): number;
  /** What the store holds. */
  held(key: string): Promise<number | undefined>;
}

/** What the tiers of one run have in common. */
export interface ModelRun {
  /** Before every key, to keep those of one run apart from those of others in the same store. */
  readonly prefix: string;
  readonly keys: readonly string[];
  /** Versions of the clears, in the order in which they were asked for. */
  readonly clears: number[];
  readonly takesBatches: boolean;
  /** Of everything that happens, the number. */
  tick(): number;
  pause(what: string): Promise<void>;
  fate(): Fate;
}

/**
 * A tier over `store` that takes its time, before an operation takes effect and after, and fails when told
 * to.
 */
export function modelTier(label: string, store: CacheBackend, run: ModelRun): ModelTier {
  const applied: Applied[] = [];
  const troubled = new Set<string>();
  const refused = new Set<string>();
  let active = 0;
  let clears = 0;

  async function operate<T>(
    what: string,
    callers: readonly string[],
    act: () => MaybePromise<T>,
  ): Promise<T> {
    active++;
    try {
      await run.pause(`${label} ${what} →`);
      const drawn = run.fate();
      const isSet = what.startsWith("set");
      const end = drawn === "refuse" && !isSet ? "ok" : drawn;
      const result = end === "fail" || end === "refuse" ? undefined : await act();
      await run.pause(`${label} ${what} ←`);
      if (end === "ok") return result as T;
      if (end === "refuse") {
        for (const caller of callers) refused.add(caller);
        throw new BackendError("too-large", `${label} ${what} is refused`, { backend: label });
      }
      for (const caller of callers) troubled.add(caller);
      throw new BackendError("timeout", `${label} ${what} ${end}`, { backend: label });
    } finally {
      active--;
    }
  }
  const at = (key: KeyLike): string => run.prefix + (key as ModelKey).text;
  const callerOf = (key: KeyLike): string => `${(key as ModelKey).text} ${(key as ModelKey).caller.version}`;
  const noteSet = (key: KeyLike, value: CacheValue<unknown>): void => {
    const { text, caller } = key as ModelKey;
    applied.push({
      kind: caller.kind === "get" ? "refill" : "set",
      key: text,
      version: value.data as number,
      at: run.tick(),
    });
  };
  const noteDelete = (key: KeyLike): void => {
    const { text, caller } = key as ModelKey;
    applied.push({
      kind: DELETES[caller.kind],
      key: text,
      version: caller.version,
      at: run.tick(),
    });
  };
  const typed: CacheBackend = {
    ...cacheBackend(mapTier(label)),
    label,
    supports: run.takesBatches
      ? { ...store.supports, writeMany: { max: 10 }, removeMany: { max: 10 } }
      : { ...store.supports, writeMany: false, removeMany: false },
    get<T>(key: KeyLike) {
      return operate(`get ${callerOf(key)}`, [callerOf(key)], () => store.get<T>(at(key)));
    },
    set<T>(key: KeyLike, value: CacheValue<T>) {
      return operate(`set ${callerOf(key)}`, [callerOf(key)], () =>
        chain(store.set(at(key), value), () => noteSet(key, value)),
      );
    },
    delete(key: KeyLike): Promise<DeleteStatus> {
      return operate(`delete ${callerOf(key)}`, [callerOf(key)], () =>
        chain(store.delete(at(key)), (status) => {
          noteDelete(key);
          return status;
        }),
      );
    },
    setMany(entries) {
      const callers = entries.map(([key]) => callerOf(key));
      return operate(`setMany ${callers}`, callers, () =>
        chain(store.setMany(entries.map(([key, value]) => [at(key), value])), () => {
          for (const [key, value] of entries) noteSet(key, value);
        }),
      );
    },
    deleteMany(keys) {
      const callers = keys.map(callerOf);
      return operate(`deleteMany ${callers}`, callers, () =>
        chain(store.deleteMany(keys.map(at)), (statuses) => {
          for (const key of keys) noteDelete(key);
          return statuses;
        }),
      );
    },
    // Of the run's own keys: others share the store.
    clear() {
      const version = run.clears[clears++] as number;
      const callers = run.keys.map((key) => `${key} ${version}`);
      return operate(`clear ${version}`, callers, () =>
        chain(store.deleteMany(run.keys.map((key) => run.prefix + key)), () => {
          for (const key of run.keys) applied.push({ kind: "delete", key, version, at: run.tick() });
        }),
      );
    },
    close: async () => {},
  };
  const held = async (key: string): Promise<number | undefined> =>
    (await store.get<number>(run.prefix + key))?.data;
  return { backend: typed, applied, troubled, refused, active: () => active, held };
}
