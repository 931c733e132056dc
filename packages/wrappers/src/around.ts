import type { Backend, MaybePromise } from "@hitbox/core";
import { outlineOf } from "./outline.ts";

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
  | "clear";

/** Does `run`, which calls the wrapped backend, at once, later, more than once or not at all. */
export type Through = <T>(
  operation: Operation,
  keys: string | readonly string[],
  run: () => MaybePromise<T>,
) => MaybePromise<T>;

/** `backend` with every operation going through `through`; all else, and what is absent, stays as it is. */
export function around<Raw>(backend: Backend<Raw>, through: Through): Backend<Raw> {
  const readMany = backend.readMany?.bind(backend);
  const writeMany = backend.writeMany?.bind(backend);
  const removeMany = backend.removeMany?.bind(backend);
  const clear = backend.clear?.bind(backend);
  const many: Pick<Backend<Raw>, "readMany" | "writeMany" | "removeMany" | "clear"> = {
    ...(readMany && { readMany: (keys) => through("readMany", keys, () => readMany(keys)) }),
    ...(writeMany && {
      writeMany: (entries, origin) =>
        through("writeMany", entries.map(keyOf), () => writeMany(entries, origin)),
    }),
    ...(removeMany && {
      removeMany: (keys, origin) => through("removeMany", keys, () => removeMany(keys, origin)),
    }),
    ...(clear && { clear: (origin) => through("clear", [], () => clear(origin)) }),
  };
  return Object.freeze<Backend<Raw>>({
    ...outlineOf(backend),
    read: (key) => through("read", key, () => backend.read(key)),
    write: (key, value, origin) => through("write", key, () => backend.write(key, value, origin)),
    remove: (key, origin) => through("remove", key, () => backend.remove(key, origin)),
    ...many,
    ...leasesThrough(backend, through),
  });
}

function leasesThrough<Raw>(
  backend: Backend<Raw>,
  through: Through,
): Pick<Backend<Raw>, "lease" | "writeFenced" | "releaseLease"> {
  const lease = backend.lease?.bind(backend);
  const writeFenced = backend.writeFenced?.bind(backend);
  const releaseLease = backend.releaseLease?.bind(backend);
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
