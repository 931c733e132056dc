/**
 * Tags of the IANA registry (https://www.iana.org/assignments/cbor-tags): all that is written here, and all
 * that is read.
 */
export const TAG = {
  /** Seconds since the epoch. RFC 8949, 3.4.2. */
  epoch: 1,
  /** RFC 8949, 3.4.3. */
  positiveBignum: 2,
  negativeBignum: 3,
  /**
   * A hole in an array, around `undefined`.
   * https://github.com/svaarala/cbor-specs/blob/master/cbor-absent-tag.rst
   */
  absent: 31,
  /** https://github.com/input-output-hk/cbor-sets-spec */
  set: 258,
  /**
   * A Map; an untagged map is an object. https://github.com/shanewholloway/js-cbor-codec, CBOR-259-spec
   */
  map: 259,
  /**
   * WTF-8, a string that need not be well-formed.
   * https://github.com/svaarala/cbor-specs/blob/master/cbor-nonutf8-string-tags.rst
   */
  wtf8: 273,
} as const;

/** Typed arrays (RFC 8746, 2.1) in little-endian order, by tag. A Buffer is an untagged byte string. */
export const TYPED_ARRAYS: ReadonlyMap<number, TypedArrayClass> = new Map<number, TypedArrayClass>([
  [64, Uint8Array],
  [68, Uint8ClampedArray],
  [69, Uint16Array],
  [70, Uint32Array],
  [71, BigUint64Array],
  [72, Int8Array],
  [77, Int16Array],
  [78, Int32Array],
  [79, BigInt64Array],
  [85, Float32Array],
  [86, Float64Array],
]);

export interface TypedArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (memory: ArrayBuffer): ArrayBufferView;
}

export const TYPED_ARRAY_TAGS: ReadonlyMap<unknown, number> = new Map(
  [...TYPED_ARRAYS].map(([tag, Class]) => [Class, tag]),
);
