import { type Backend, BackendError, deleted, type MaybePromise, missing } from "@hitbox/core";
import type { Fate } from "./model-tier.ts";
import { tier } from "./tier.ts";

export interface RawModelTier {
  readonly backend: Backend<unknown>;
  /** Versions that were written, in the order in which they took effect, by key. */
  readonly written: ReadonlyMap<string, number[]>;
  active(): number;
  held(key: string): number | undefined;
}

type Stored = Parameters<Backend<unknown>["write"]>[1];

/** A raw tier that takes its time, before an operation takes effect and after, and fails when told to; for wrappers. */
export function rawModelTier(
  label: string,
  takesBatches: boolean,
  pause: (what: string) => Promise<void>,
  fate: () => Fate,
): RawModelTier {
  const written = new Map<string, number[]>();
  const store = tier(label);
  let active = 0;
  const operate = async <T>(what: string, act: () => T): Promise<T> => {
    active++;
    try {
      await pause(`${label} ${what} →`);
      const end = fate();
      const result = end === "fail" ? undefined : act();
      await pause(`${label} ${what} ←`);
      if (end !== "ok") throw new BackendError("connection", `${label} ${what} ${end}`);
      return result as T;
    } finally {
      active--;
    }
  };
  const versionOf = ({ payload }: Stored): number => store.valueFormat.deserialize(payload) as number;
  const put = (key: string, value: Stored): void => {
    store.entries.set(key, value);
    written.set(key, [...(written.get(key) ?? []), versionOf(value)]);
  };
  const drop = (key: string) => (store.entries.delete(key) ? deleted() : missing());
  const { keyFormat, valueFormat, compressor, supports } = store;
  const many = { readMany: false, writeMany: { max: 10 }, removeMany: { max: 10 } } as const;
  const backend: Backend<unknown> = {
    ...{ label, keyFormat, valueFormat, compressor },
    supports: takesBatches ? Object.freeze({ ...supports, ...many }) : supports,
    read: (key) => operate(`read ${key}`, () => store.entries.get(key)),
    write: (key, value) => operate(`write ${key}=${versionOf(value)}`, () => put(key, value)),
    remove: (key) => operate(`remove ${key}`, () => drop(key)),
    clear: () => operate("clear", () => store.entries.clear()),
    ...(takesBatches && {
      writeMany: (entries: readonly (readonly [string, Stored])[]): MaybePromise<void> =>
        operate(`writeMany ${entries.map(([key, value]) => `${key}=${versionOf(value)}`)}`, () => {
          for (const [key, value] of entries) put(key, value);
        }),
      removeMany: (keys: readonly string[]) => operate(`removeMany ${keys}`, () => keys.map(drop)),
    }),
  };
  const held = (key: string): number | undefined => {
    const entry = store.entries.get(key);
    return entry && versionOf(entry);
  };
  return { backend, written, active: () => active, held };
}
