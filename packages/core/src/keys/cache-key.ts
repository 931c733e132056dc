import { checkInteger, checkKnown, checkOption } from "../check.ts";
import { type KeyFields, type KeyPart, keyText } from "./key-text.ts";

/**
 * Keys are equal if prefix, version and parts are, order included. Then, and only then, their texts are
 * equal.
 */
export interface CacheKey extends KeyFields {
  /** `prefix:vN:name=value&flag`, see `keyText`. */
  readonly text: string;
}

/** A key: a `CacheKey`, or its text, taken verbatim. */
export type KeyLike = CacheKey | string;

/**
 * The value of a part; `undefined` makes the part a flag. Values are compared as text: 42 and "42" are equal.
 */
export type KeyPartValue = string | number | bigint | boolean | undefined;

/** Parts by name, in the order written (JavaScript moves integer-like names first), or as pairs. */
export type KeyParts =
  | Readonly<Record<string, KeyPartValue>>
  | readonly (readonly [name: string, value?: KeyPartValue])[];

export interface CacheKeyOptions {
  /** Raise it when the shape of the value changes. 0 to 2^32 − 1. Default: 0. */
  readonly version?: number | undefined;
}

/**
 * Makes a key.
 *
 * @throws TypeError for a key without prefix, version and parts, a version out of range, and a part that is
 * not a string, finite number, bigint, boolean or undefined.
 * @example
 * const key = cacheKey("user", { id: 42, locale: "fr" }, { version: 3 });
 * key.text; // "user:v3:id=42&locale=fr"
 */
export function cacheKey(prefix: string, parts: KeyParts = [], options: CacheKeyOptions = {}): CacheKey {
  checkOption(typeof prefix === "string", "prefix", prefix, "must be a string");
  checkKnown("cacheKey", options, ["version"]);
  const version = checkInteger("version", options.version ?? 0, 0, 0xffff_ffff);
  const pairs: readonly (readonly [string, KeyPartValue?])[] = isPairs(parts) ? parts : Object.entries(parts);
  const key = { prefix, version, parts: pairs.map(([name, value]) => keyPart(name, value)) };
  const text = keyText(key);
  checkOption(text !== "", "key", text, "must have a prefix, a version or a part");
  return { ...key, text };
}

function isPairs(parts: KeyParts): parts is readonly (readonly [string, KeyPartValue?])[] {
  return Array.isArray(parts);
}

function keyPart(name: string, value: KeyPartValue): KeyPart {
  checkOption(typeof name === "string", "part name", name, "must be a string");
  if (value === undefined) return { name };
  const ok = typeof value === "number" ? Number.isFinite(value) : PART_TYPES.has(typeof value);
  checkOption(ok, `part ${name}`, value, "must be a string, finite number, bigint, boolean or undefined");
  return { name, value: String(value) };
}

const PART_TYPES: ReadonlySet<string> = new Set(["string", "bigint", "boolean"]);
