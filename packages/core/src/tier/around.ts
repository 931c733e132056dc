import type { Backend } from "../backend.ts";
import { delegateTo } from "../delegate-to.ts";
import type { MaybePromise } from "../maybe-promise.ts";

export type Operation =
  | "read"
  | "write"
  | "remove"
  | "readMany"
  | "writeMany"
  | "removeMany"
  | "lease"
  | "writeFenced"
  | "releaseLease"
  | "keys"
  | "clear";

/** Calls `run`, which calls the wrapped backend: at once, later, more than once or not at all. */
export type Through = <T>(
  operation: Operation,
  keys: string | readonly string[],
  run: () => MaybePromise<T>,
) => MaybePromise<T>;

/** `backend` with every operation going through `through`. All other members stay as they are. */
export function around<Raw>(backend: Backend<Raw>, through: Through): Backend<Raw> {
  const inner = delegateTo(backend);
  const { readMany, writeMany, removeMany, keys: list, clear } = inner;
  return Object.freeze<Backend<Raw>>({
    ...inner,
    read: (key) => through("read", key, () => backend.read(key)),
    write: (key, value, origin) => through("write", key, () => backend.write(key, value, origin)),
    remove: (key, origin) => through("remove", key, () => backend.remove(key, origin)),
    ...(readMany && { readMany: (keys) => through("readMany", keys, () => readMany(keys)) }),
    ...(writeMany && {
      writeMany: (entries, origin) =>
        through("writeMany", entries.map(keyOf), () => writeMany(entries, origin)),
    }),
    ...(removeMany && {
      removeMany: (keys, origin) => through("removeMany", keys, () => removeMany(keys, origin)),
    }),
    ...(list && { keys: (listing) => through("keys", [], () => list(listing)) }),
    ...(clear && { clear: (origin) => through("clear", [], () => clear(origin)) }),
    ...leasesThrough(inner, through),
  });
}

function leasesThrough<Raw>(
  { lease, writeFenced, releaseLease }: Backend<Raw>,
  through: Through,
): Pick<Backend<Raw>, "lease" | "writeFenced" | "releaseLease"> {
  return {
    ...(lease && { lease: (key, ms) => through("lease", key, () => lease(key, ms)) }),
    ...(writeFenced && {
      writeFenced: (key, value, fence, origin) =>
        through("writeFenced", key, () => writeFenced(key, value, fence, origin)),
    }),
    ...(releaseLease && {
      releaseLease: (key, fence) => through("releaseLease", key, () => releaseLease(key, fence)),
    }),
  };
}

function keyOf([key]: readonly [string, unknown]): string {
  return key;
}
