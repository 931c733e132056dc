import {
  BackendError,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  cacheBackend,
  chain,
  type DeleteStatus,
  type KeyLike,
  type MaybePromise,
} from "@hitbox/core";
import { tier as mapTier } from "./tier.ts";

/** The caller's operation, carried by its context down to the tiers. `version` is its place in the order of calls. */
export interface ModelContext extends CacheContext {
  readonly caller: { readonly kind: "get" | "set" | "delete"; readonly version: number };
}

/** One change of a tier. A set by a get is a refill; a delete by a set takes back what a failed write may have left. */
export interface Applied {
  readonly kind: "set" | "delete" | "refill" | "undo";
  readonly key: string;
  /** Of the value for sets and refills, of the caller for deletes. */
  readonly version: number;
}

/** What becomes of one operation: `lost` is applied, and its answer is an error all the same. */
export type Fate = "ok" | "fail" | "lost";

export interface ModelTier {
  readonly backend: CacheBackend;
  readonly applied: Applied[];
  /** Versions of callers one of whose operations did not end well here. */
  readonly troubled: Set<number>;
  /** Operations under way. */
  active(): number;
  /** What the store holds. */
  held(key: string): Promise<number | undefined>;
}

/**
 * A tier over `store` that takes its time, before an operation takes effect and after, and fails when told to. `run`
 * keeps the keys of one run apart from those of others in the same store.
 */
export function modelTier(
  label: string,
  store: CacheBackend,
  run: string,
  pause: (what: string) => Promise<void>,
  fate: () => Fate,
): ModelTier {
  const applied: Applied[] = [];
  const troubled = new Set<number>();
  let active = 0;

  async function operate<T>(what: string, { caller }: ModelContext, act: () => MaybePromise<T>): Promise<T> {
    active++;
    try {
      await pause(`${label} ${what} →`);
      const end = fate();
      const result = end === "fail" ? undefined : await act();
      await pause(`${label} ${what} ←`);
      if (end === "ok") return result as T;
      troubled.add(caller.version);
      throw new BackendError("timeout", `${label} ${what} ${end}`, { backend: label });
    } finally {
      active--;
    }
  }

  const typed: CacheBackend = {
    ...cacheBackend(mapTier(label)),
    label,
    supports: store.supports,
    async get<T>(key: KeyLike, context?: CacheContext) {
      return operate(`get ${key}`, context as ModelContext, () => store.get<T>(run + key));
    },
    async set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext) {
      const { caller } = context as ModelContext;
      const version = value.data as number;
      await operate(`set ${key}=${version}`, context as ModelContext, () =>
        chain(store.set(run + key, value), () => {
          applied.push({ kind: caller.kind === "get" ? "refill" : "set", key: String(key), version });
        }),
      );
    },
    async delete(key: KeyLike, context?: CacheContext): Promise<DeleteStatus> {
      const { caller } = context as ModelContext;
      return operate(`delete ${key}`, context as ModelContext, () =>
        chain(store.delete(run + key), (status) => {
          const kind = caller.kind === "delete" ? "delete" : "undo";
          applied.push({ kind, key: String(key), version: caller.version });
          return status;
        }),
      );
    },
    close: async () => {},
    within: () => typed,
  };
  const held = async (key: string): Promise<number | undefined> => (await store.get<number>(run + key))?.data;
  return { backend: typed, applied, troubled, active: () => active, held };
}
