/** Tags of the IANA registry (https://www.iana.org/assignments/cbor-tags): all that is written here, and all that is read. */
export const TAG = {
  /** Seconds since the epoch. RFC 8949, 3.4.2. */
  epoch: 1,
  /** RFC 8949, 3.4.3. */
  positiveBignum: 2,
  negativeBignum: 3,
  /** A hole in an array, around `undefined`. https://github.com/svaarala/cbor-specs/blob/master/cbor-absent-tag.rst */
  absent: 31,
  /** https://github.com/input-output-hk/cbor-sets-spec */
  set: 258,
  /** A Map, where an untagged map is an object. https://github.com/shanewholloway/js-cbor-codec, CBOR-259-spec */
  map: 259,
  /** WTF-8, a string that need not be well-formed. https://github.com/svaarala/cbor-specs/blob/master/cbor-nonutf8-string-tags.rst */
  wtf8: 273,
} as const;

/** Typed arrays (RFC 8746, 2.1) by tag: bytes of an element. A Buffer is an untagged byte string. */
export const ELEMENT_BYTES: ReadonlyMap<number, number> = new Map([
  ...[64, 68, 72].map((tag) => [tag, 1] as const),
  ...[65, 69, 73, 77].map((tag) => [tag, 2] as const),
  ...[66, 70, 74, 78, 81, 85].map((tag) => [tag, 4] as const),
  ...[67, 71, 75, 79, 82, 86].map((tag) => [tag, 8] as const),
]);
