export { absent } from "./absent.ts";

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);
const is =
  (...tags: string[]) =>
  (value: unknown): boolean =>
    typeof value === "object" && value !== null && tags.includes(tagOf(value));

/** As of `node:util`, by the tags of values; a proxy cannot be told from its target. */
export const types = {
  isAnyArrayBuffer: is("ArrayBuffer", "SharedArrayBuffer"),
  isArrayBuffer: is("ArrayBuffer"),
  isBoxedPrimitive: is("Number", "String", "Boolean", "Symbol", "BigInt"),
  isDataView: is("DataView"),
  isDate: is("Date"),
  isMap: is("Map"),
  isNativeError: (value: unknown): boolean => value instanceof Error,
  isPromise: is("Promise"),
  isProxy: (): boolean => false,
  isRegExp: is("RegExp"),
  isSet: is("Set"),
  isTypedArray: (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView),
};

export const inspect = (value: unknown): string => String(value);

/** Of typed arrays, which is all that the memory tier compares. */
export function isDeepStrictEqual(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  return Array.from(one).every((element, index) => Object.is(element, other[index]));
}
