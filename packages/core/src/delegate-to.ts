import type { Backend } from "./backend.ts";

const OPTIONAL = [
  ...(["readMany", "writeMany", "removeMany", "lease", "writeFenced", "releaseLease"] as const),
  ...(["watch", "keys", "clear", "classify", "onError", "onWarning", "close"] as const),
];

/**
 * A plain object with every member of a raw backend, bound to it: to be spread by a wrapper that changes a
 * few of them. (Backends may be instances of classes, whose methods a spread would lose.) Optional members
 * are there exactly if the backend has them.
 *
 * @example
 * const store = memory({ maxEntries: 1_000 });
 * const inner = delegateTo(store);
 * const quiet = { ...inner, label: "quiet" };
 */
export function delegateTo<Raw>(backend: Backend<Raw>): Backend<Raw> {
  const { label, supports, keyFormat, valueFormat, compressor } = backend;
  const optional = OPTIONAL.flatMap((name) => {
    const member = backend[name] as ((...args: never[]) => unknown) | undefined;
    return member === undefined ? [] : [[name, member.bind(backend)]];
  });
  return {
    ...{ label, supports, keyFormat, valueFormat, compressor },
    read: (key) => backend.read(key),
    write: (key, value, origin) => backend.write(key, value, origin),
    remove: (key, origin) => backend.remove(key, origin),
    ...(Object.fromEntries(optional) as Pick<Backend<Raw>, (typeof OPTIONAL)[number]>),
  };
}
