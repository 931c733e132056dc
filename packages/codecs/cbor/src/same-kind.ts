import { types } from "node:util";
import { Refusal } from "./refusal.ts";

const TYPED_ARRAYS = [
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  BigUint64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  BigInt64Array,
  Float32Array,
  Float64Array,
] as const;

/**
 * An array, Map, Set, Date or typed array of any class and realm, as one of this realm's own class: an instance
 * loses its class and keeps its data. Undefined for a plain instance, whose data are its properties.
 */
export function sameKind(value: object): object | undefined {
  if (Array.isArray(value)) return isOwn(value, Array) ? value : ([] as unknown[]).concat(value);
  if (types.isDate(value)) return isOwn(value, Date) ? value : new Date(Date.prototype.getTime.call(value));
  if (types.isMap(value)) return isOwn(value, Map) ? value : new Map(value);
  if (types.isSet(value)) return isOwn(value, Set) ? value : new Set(value);
  if (ArrayBuffer.isView(value)) return typedArray(value);
  if (speaksForItself(value))
    throw new Refusal(`${Object.prototype.toString.call(value).slice(8, -1)} cannot be kept`);
  return undefined;
}

function typedArray(view: ArrayBufferView): ArrayBufferView {
  if (Buffer.isBuffer(view)) return view;
  const Known = TYPED_ARRAYS.find(({ name }) => name === Object.prototype.toString.call(view).slice(8, -1));
  if (!Known)
    throw new Refusal(
      `${Object.prototype.toString.call(view).slice(8, -1)} cannot be kept; a Uint8Array can`,
    );
  if (isOwn(view, Known)) return view;
  return new Known(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength / Known.BYTES_PER_ELEMENT);
}

function isOwn(value: object, Class: { readonly prototype: unknown }): boolean {
  return Object.getPrototypeOf(value) === Class.prototype && !Object.hasOwn(value, "constructor");
}

/** Its meaning is not in its properties: these would read back as an empty or half an object. */
function speaksForItself(value: object): boolean {
  return (
    types.isNativeError(value) ||
    types.isRegExp(value) ||
    types.isBoxedPrimitive(value) ||
    types.isAnyArrayBuffer(value) ||
    typeof (value as { toJSON?: unknown }).toJSON === "function" ||
    typeof (value as { then?: unknown }).then === "function" ||
    Symbol.iterator in value ||
    Symbol.asyncIterator in value ||
    Symbol.toStringTag in value
  );
}
