import { checkKnown, checkLimit, type Format, MAX_NODES, maxShapes } from "@hitbox/core";
import { checkDialect, checkShapes } from "./check-dialect.ts";
import { Decoding } from "./decode.ts";
import { Encoding } from "./encode.ts";
import { Refusal } from "./refusal.ts";

export interface CborOptions {
  /** Most arrays, objects and scalars in one value, written or read. Default: 1,048,576. */
  readonly maxNodes?: number | undefined;
}

/**
 * Writes values as CBOR (RFC 8949): smaller than JSON, and exact. A value reads back equal and with the same
 * types, or the write is refused.
 *
 * Kept: null, undefined, booleans, every number (NaN, ±Infinity, −0), bigint, every string, Date (invalid
 * ones too), Map, Set, Uint8Array, Buffer and the other typed arrays, arrays with their holes, objects with
 * their undefined properties. An instance of a class reads back as a plain object of its own enumerable
 * properties; a value that is used twice reads back as two.
 *
 * Refused, with a `TypeError` that has the path: functions, symbols (as keys too), errors, regular
 * expressions, ArrayBuffer and DataView, boxed primitives, and instances with `toJSON`, an iterator or
 * `Symbol.toStringTag`. Also refused: a property named `__proto__`, cycles and more than 500 levels.
 *
 * Every payload stands alone and is plain CBOR with registered tags. The result of `deserialize` shares no
 * memory with its input.
 *
 * @throws TypeError for a wrong option.
 * @example
 * const backend = cacheBackend(memory({ maxBytes: 50_000_000, format: cbor() }));
 * await backend.set("seen", cacheValue(new Map([["ada", new Date()]])));
 */
export function cbor(options: CborOptions = {}): Format {
  checkKnown("cbor", options, ["maxNodes"]);
  const maxNodes = checkLimit("maxNodes", options.maxNodes ?? MAX_NODES);
  return Object.freeze<Format>({
    id: "cbor",
    kind: "bytes",
    serialize: (value) => encode(value, maxNodes),
    deserialize(bytes) {
      checkWithin(bytes, checkDialect(bytes, maxNodes), maxNodes);
      return new Decoding(bytes).item();
    },
  });
}

function encode(value: unknown, maxNodes: number): Uint8Array {
  const encoding = new Encoding(maxNodes);
  try {
    encoding.item(value, 0);
  } catch (error) {
    throw error instanceof Refusal ? error.explained() : error;
  }
  const bytes = encoding.bytes();
  checkWithin(bytes, encoding.nodes, maxNodes);
  return bytes;
}

/** Only many nodes can have too many shapes. */
function checkWithin(bytes: Uint8Array, nodes: number, maxNodes: number): void {
  if (nodes > maxShapes(maxNodes)) checkShapes(bytes, maxNodes);
}
