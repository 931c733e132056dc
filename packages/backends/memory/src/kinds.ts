import { types } from "node:util";
import { BINARY_KINDS } from "./binary-kinds.ts";
import { ERROR_KINDS } from "./error-kinds.ts";
import type { Kind } from "./kind.ts";

const date: Kind = {
  brand: types.isDate,
  create: (value) => new Date((value as Date).getTime()),
};

const url: Kind = {
  brand: (value) => value instanceof URL,
  create: (value) => new URL((value as URL).href),
};

const regExp: Kind = {
  brand: types.isRegExp,
  own: ["lastIndex"],
  create(value) {
    const { source, flags, lastIndex } = value as RegExp;
    return Object.assign(new RegExp(source, flags), { lastIndex });
  },
};

const map: Kind = {
  brand: types.isMap,
  create: () => new Map(),
  fill(copy, value, part) {
    let place = 0;
    for (const [key, item] of value as Map<unknown, unknown>) {
      const copied = part(key, value, `(key ${place})`);
      (copy as Map<unknown, unknown>).set(copied, part(item, value, `(value ${place})`));
      place += 1;
    }
  },
};

const set: Kind = {
  brand: types.isSet,
  create: () => new Set(),
  fill(copy, value, part) {
    for (const item of value as Set<unknown>)
      (copy as Set<unknown>).add(part(item, value, `(item ${(copy as Set<unknown>).size})`));
  },
};

const KINDS: ReadonlyMap<object, Kind> = new Map<object, Kind>([
  [Date.prototype, date],
  [URL.prototype, url],
  [RegExp.prototype, regExp],
  [Map.prototype, map],
  [Set.prototype, set],
  ...ERROR_KINDS,
  ...BINARY_KINDS,
]);

const BY_CLASS: ReadonlyMap<string, Kind> = new Map(
  [...KINDS].map(([prototype, kind]) => [prototype.constructor.name, kind]),
);

/** The kind of the objects with this prototype; undefined for a class of the caller's. */
export function kindFor(prototype: object): Kind | undefined {
  return KINDS.get(prototype) ?? kindInOtherRealm(prototype);
}

/** A built-in class of another realm (`node:vm`, as Jest has it) differs from ours, and is the same kind. */
function kindInOtherRealm(prototype: object): Kind | undefined {
  const maker: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof maker !== "function") return undefined;
  const isBuiltIn = Function.prototype.toString.call(maker) === `function ${maker.name}() { [native code] }`;
  return isBuiltIn ? BY_CLASS.get(maker.name) : undefined;
}
