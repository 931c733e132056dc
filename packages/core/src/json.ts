import { types } from "node:util";
import { checkKnown, checkOption } from "./check.ts";
import type { Format } from "./format.ts";

export interface JsonOptions {
  /**
   * `refuse` (default): a value that JSON would silently change (Date, Map, Set, binary, NaN, a hole in an array,
   * a function …) fails to serialize, and the error says where it is. `allow`: JSON.stringify decides.
   */
  readonly lossy?: "refuse" | "allow" | undefined;
}

/**
 * JSON (RFC 8259) in UTF-8: readable, and the fastest for small plain data. What it keeps: null, booleans, finite
 * numbers, strings, arrays, objects. Properties that are undefined are left out, −0 reads back as 0, and an
 * instance of a class reads back as a plain object.
 *
 * @throws TypeError for a wrong option.
 */
export function json(options: JsonOptions = {}): Format {
  checkKnown("json", options, ["lossy"]);
  const { lossy = "refuse" } = options;
  checkOption(lossy === "refuse" || lossy === "allow", "lossy", lossy, 'must be "refuse" or "allow"');
  return lossy === "refuse" ? STRICT : LOSSY;
}

const LOSSY: Format = Object.freeze<Format>({
  id: "json",
  kind: "bytes",
  serialize: (value) => Buffer.from(stringify(value)),
  deserialize: (bytes) => JSON.parse(textOf(bytes)),
});

const STRICT: Format = Object.freeze<Format>({
  ...LOSSY,
  serialize(value) {
    // First, since it refuses cycles: what it accepts is a finite tree.
    const text = stringify(value);
    const lossy = findLossy(value);
    if (lossy !== undefined) {
      throw new TypeError(`value${lossy} would be changed by JSON; a format such as cbor() keeps it`);
    }
    return Buffer.from(text);
  },
});

function stringify(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON has no ${typeof value}`);
  return text;
}

function textOf(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString();
}

/** Undefined when JSON keeps `value`; else where it would change something, and what. Paths are built on failure only. */
function findLossy(value: unknown): string | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `: ${value}`;
  if (typeof value !== "object") return `: ${typeof value}`;
  if (Array.isArray(value)) return findLossyItem(value);
  if (!isPlain(value)) return `: ${Object.prototype.toString.call(value).slice(8, -1)}`;
  for (const [name, property] of Object.entries(value)) {
    const found = property === undefined ? undefined : findLossy(property);
    if (found !== undefined) return `.${name}${found}`;
  }
  return undefined;
}

function findLossyItem(items: readonly unknown[]): string | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = findLossy(items[index]);
    if (found !== undefined) return `[${index}]${found}`;
  }
  return undefined;
}

/** Data with properties: an object literal, or an instance of a class that does not speak for itself. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof (value as { toJSON?: unknown }).toJSON === "function") return false;
  if (prototype === Object.prototype || prototype === null) return true;
  return !(ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || isBuiltIn(value));
}

const BUILT_IN: readonly ((value: object) => boolean)[] = [
  types.isMap,
  types.isSet,
  types.isRegExp,
  types.isNativeError,
  types.isPromise,
  types.isWeakMap,
  types.isWeakSet,
  types.isBoxedPrimitive,
];

function isBuiltIn(value: object): boolean {
  return BUILT_IN.some((is) => is(value));
}
