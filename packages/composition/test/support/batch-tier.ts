import { all, chain, type MaybePromise } from "@hitbox/core";
import { type Tier, type TierOptions, tier } from "./tier.ts";

const SUPPORTS = { readMany: { max: 1_000 }, writeMany: { max: 1_000 }, removeMany: { max: 1_000 } } as const;

/** A tier that takes batches, and notes what came to it: the keys of each batch, and of each single operation. */
export interface BatchTier extends Tier {
  readonly asked: (readonly [operation: string, ...keys: string[]])[];
}

export function batchTier(label: string, options: TierOptions = {}): BatchTier {
  const made = tier(label, { ...options, supports: SUPPORTS });
  const asked: BatchTier["asked"] = [];
  const { read, write, remove } = made;
  const note = <R>(
    operation: string,
    keys: readonly string[],
    run: () => MaybePromise<R>,
  ): MaybePromise<R> => {
    asked.push([operation, ...keys]);
    return run();
  };
  return Object.assign(made, {
    asked,
    read: (key: string) => note("read", [key], () => read(key)),
    write: (...[key, value]: Parameters<Tier["write"]>) => note("write", [key], () => write(key, value)),
    remove: (key: string) => note("remove", [key], () => remove(key)),
    readMany: (keys: readonly string[]) => note("readMany", keys, () => all(keys.map((key) => read(key)))),
    writeMany: (entries: readonly Parameters<Tier["write"]>[]) =>
      note(
        "writeMany",
        entries.map(([key]) => key),
        () => chain(all(entries.map(([key, value]) => write(key, value))), () => undefined),
      ),
    removeMany: (keys: readonly string[]) =>
      note("removeMany", keys, () => all(keys.map((key) => remove(key)))),
  });
}
