import {
  BackendError,
  type CacheBackend,
  type CacheContext,
  type CacheValue,
  cacheBackend,
  type DeleteStatus,
  deleted,
  type KeyLike,
  missing,
} from "@hitbox/core";
import { tier as store } from "./tier.ts";

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
  readonly values: Map<string, CacheValue<unknown>>;
  readonly applied: Applied[];
  /** Versions of callers one of whose operations did not end well here. */
  readonly troubled: Set<number>;
}

/** A tier that takes its time, before an operation takes effect and after, and fails when told to. */
export function modelTier(
  label: string,
  pause: (what: string) => Promise<void>,
  fate: () => Fate,
): ModelTier {
  const values = new Map<string, CacheValue<unknown>>();
  const applied: Applied[] = [];
  const troubled = new Set<number>();

  async function operate<T>(what: string, { caller }: ModelContext, act: () => T): Promise<T> {
    await pause(`${label} ${what} →`);
    const end = fate();
    const result = end === "fail" ? undefined : act();
    await pause(`${label} ${what} ←`);
    if (end === "ok") return result as T;
    troubled.add(caller.version);
    throw new BackendError("timeout", `${label} ${what} ${end}`, { backend: label });
  }

  const typed: CacheBackend = {
    ...cacheBackend(store(label)),
    label,
    supports: store(label).supports,
    async get<T>(key: KeyLike, context?: CacheContext) {
      const at = String(key);
      return operate(`get ${at}`, context as ModelContext, () => values.get(at) as CacheValue<T> | undefined);
    },
    async set<T>(key: KeyLike, value: CacheValue<T>, context?: CacheContext) {
      const at = String(key);
      const { caller } = context as ModelContext;
      const version = value.data as number;
      await operate(`set ${at}=${version}`, context as ModelContext, () => {
        values.set(at, value);
        applied.push({ kind: caller.kind === "get" ? "refill" : "set", key: at, version });
      });
    },
    async delete(key: KeyLike, context?: CacheContext): Promise<DeleteStatus> {
      const at = String(key);
      const { caller } = context as ModelContext;
      return operate(`delete ${at}`, context as ModelContext, () => {
        applied.push({
          kind: caller.kind === "delete" ? "delete" : "undo",
          key: at,
          version: caller.version,
        });
        return values.delete(at) ? deleted() : missing();
      });
    },
    close: async () => {},
    within: () => typed,
  };
  return { backend: typed, values, applied, troubled };
}
