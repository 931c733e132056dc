import type { Format } from "@hitbox/core";
import { checkDialect } from "./check-dialect.ts";
import { decode, encode } from "./engine.ts";
import { prepare } from "./prepare.ts";
import { restoreHoles } from "./restore-holes.ts";

/**
 * CBOR (RFC 8949): smaller than JSON, and exact. A value reads back equal and with the same types, or it is refused
 * when it is written.
 *
 * Kept: null, undefined, booleans, every number (NaN, ±Infinity, −0), bigint, every string, Date (invalid ones too),
 * Map, Set, Uint8Array, Buffer and the other typed arrays, arrays with their holes, objects with their undefined
 * properties. An instance of a class reads back as a plain object of its own enumerable properties; a value that is
 * used twice reads back as two.
 *
 * Refused, with a `TypeError` that says where: functions, symbols (as keys too), errors, regular expressions,
 * ArrayBuffer and DataView, boxed primitives, instances that speak for themselves (`toJSON`, an iterator,
 * `Symbol.toStringTag`), a property named `__proto__`, cycles and more than 500 levels.
 *
 * Every payload stands alone and is plain CBOR with registered tags. What `deserialize` returns shares no memory
 * with its input.
 *
 * @example
 * const backend = cacheBackend(memory({ maxBytes: 50_000_000, format: cbor() }));
 * await backend.set("seen", cacheValue(new Map([["ada", new Date()]])));
 */
export function cbor(): Format {
  return CBOR;
}

const CBOR: Format = Object.freeze<Format>({
  id: "cbor",
  kind: "bytes",
  serialize: (value) => encode(prepare(value)),
  deserialize(raw) {
    // A view of its own: the decoder leaves a property on the object that it is given.
    const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
    const { hasHoles } = checkDialect(bytes);
    const value = decode(bytes);
    if (hasHoles) restoreHoles(value);
    return value;
  },
});
