import { isDeepStrictEqual, types } from "node:util";
import type { Kind } from "./kind.ts";

const arrayBuffer: Kind = {
  brand: types.isArrayBuffer,
  // A resizable one would come back with a fixed size.
  create: (value) => bytesOf(value as ArrayBuffer, 0, (value as ArrayBuffer).byteLength),
};

/**
 * A view is kept with the bytes that it shows: those of a small Buffer are often part of a large, shared
 * pool.
 */
const typedArray: Kind = {
  brand: types.isTypedArray,
  own: "any",
  create(value) {
    const view = value as Uint8Array;
    const Class = (Object.getPrototypeOf(view) as { constructor: Uint8ArrayConstructor }).constructor;
    const bytes = bytesOf(view.buffer, view.byteOffset, view.byteLength);
    if (typeof bytes === "string") return bytes;
    const copy = Class === (Buffer as unknown) ? Buffer.from(bytes) : new Class(bytes);
    // Its elements are own properties: names beside them cannot be listed without listing all.
    return isDeepStrictEqual(copy, view) ? copy : "a typed array with properties of its own";
  },
};

const dataView: Kind = {
  brand: types.isDataView,
  create(value) {
    const { buffer, byteOffset, byteLength } = value as DataView;
    const bytes = bytesOf(buffer, byteOffset, byteLength);
    return typeof bytes === "string" ? bytes : new DataView(bytes);
  },
};

/** Node 24 and later. */
const newer: object = globalThis;

const VIEWS: readonly { readonly prototype: object }[] = [
  ...[Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array, BigUint64Array],
  ...[Int8Array, Int16Array, Int32Array, BigInt64Array, Float32Array, Float64Array, Buffer],
  ...("Float16Array" in newer ? [newer.Float16Array as { readonly prototype: object }] : []),
];

export const BINARY_KINDS: readonly (readonly [prototype: object, Kind])[] = [
  [ArrayBuffer.prototype, arrayBuffer],
  [DataView.prototype, dataView],
  ...VIEWS.map(({ prototype }) => [prototype, typedArray] as const),
];

/**
 * A copy of some bytes, or a noun phrase for memory that is not kept. Other threads can change shared memory
 * at any time, and resizable memory would come back with a fixed size.
 */
function bytesOf(buffer: ArrayBufferLike, start: number, length: number): ArrayBuffer | string {
  if (!types.isArrayBuffer(buffer)) return "a SharedArrayBuffer";
  if ((buffer as { resizable?: boolean }).resizable === true) return "a resizable ArrayBuffer";
  try {
    return buffer.slice(start, start + length);
  } catch {
    return "a detached ArrayBuffer";
  }
}
