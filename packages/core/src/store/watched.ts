import type { Backend } from "../backend.ts";
import type { Watches } from "./watches.ts";

/** The same backend, whose watchers are told of every change through it, with its origin. */
export function watched(backend: Backend, watches: Watches): Backend {
  const { write, remove, writeMany, removeMany, writeFenced, clear } = backend;
  return {
    ...backend,
    write: (key, value, origin) => watches.around([key], origin, () => write(key, value)),
    remove: (key, origin) => watches.around([key], origin, () => remove(key)),
    ...(writeMany && {
      writeMany: (entries, origin) => {
        const keys = entries.map(([key]) => key);
        return watches.around(keys, origin, () => writeMany(entries));
      },
    }),
    ...(removeMany && {
      removeMany: (keys, origin) => watches.around(keys, origin, () => removeMany(keys)),
    }),
    ...(writeFenced && {
      writeFenced: (key, value, fence, origin) =>
        watches.around([key], origin, () => writeFenced(key, value, fence)),
    }),
    ...(clear && { clear: (origin) => watches.around("all", origin, () => clear()) }),
    watch: (listener) => watches.watch(listener),
  };
}
