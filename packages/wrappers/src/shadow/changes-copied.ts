import type { Backend } from "@hitbox/core";
import type { Copies } from "./copies.ts";

/** The changes of `inner`. Each that it has done is then done to the candidate. */
export function changesCopied<Raw>(
  { write, remove, writeMany, removeMany, writeFenced, clear }: Backend<Raw>,
  copies: Copies<Raw>,
): Partial<Backend<Raw>> & Pick<Backend<Raw>, "write" | "remove"> {
  return {
    write: (key, value, origin) =>
      copies.change(
        [key],
        () => write(key, value, origin),
        () => copies.write(key, value),
      ),
    remove: (key, origin) =>
      copies.change(
        [key],
        () => remove(key, origin),
        () => copies.remove(key),
      ),
    ...(writeMany && {
      writeMany: (entries, origin) => {
        const values = new Map(entries);
        const copy = (key: string): ReturnType<Copies<Raw>["write"]> => copies.write(key, values.get(key));
        return copies.change([...values.keys()], () => writeMany(entries, origin), copy);
      },
    }),
    ...(removeMany && {
      removeMany: (keys, origin) =>
        copies.change(
          keys,
          () => removeMany(keys, origin),
          (key) => copies.remove(key),
        ),
    }),
    ...(writeFenced && {
      writeFenced: (key, value, fence, origin) => {
        const run = (): ReturnType<typeof writeFenced> => writeFenced(key, value, fence, origin);
        return copies.change([key], run, (_, done) => (done ? copies.write(key, value) : undefined));
      },
    }),
    ...(clear && { clear: (origin) => copies.clear(() => clear(origin)) }),
  };
}
