import { checkOption } from "@hitbox/core";
import { pathIn, typeName } from "./key-path.ts";

/**
 * A key: a string, or data of JSON's types, `bigint` and `Date`. Equal data is one key, in any order of an
 * object's properties. Different data is never one key: 42, "42" and [42] are three. `undefined` anywhere is
 * refused: a missing id would read the entry of another. A key's text may have `maxKeyBytes` bytes, 2,048 by
 * default.
 */
export type KeyInput = string | number | bigint | boolean | null | object;

/*
 * A key's text, after the spaces that it is in (`@name:` and `@name.v3:`):
 *   a string          verbatim; behind a quote where it starts with one of = ' @ %
 *   other data        `=` and its canonical form, which a string that is not well-formed has too
 *   the cache's own   `%` and what it is
 */
const RESERVED: ReadonlySet<string> = new Set(["=", "'", "@", "%", ""]);

/**
 * @param most bytes that the text may have in UTF-8.
 * @throws TypeError for an empty string, for anything in the key that is not data (undefined, functions,
 * symbols, class instances, NaN, cycles), with its path, and for a key whose text is too long.
 */
export function keyText(space: string, key: KeyInput, most: number): string {
  const isPlain = typeof key === "string" && key.length <= most && key.isWellFormed();
  const text = isPlain && !RESERVED.has(key.charAt(0)) ? space + key : otherText(space, key, most);
  // A character of UTF-16 is three bytes of UTF-8 at most.
  if (text.length * 3 > most && Buffer.byteLength(text) > most) throw tooLong(most);
  return text;
}

function otherText(space: string, key: KeyInput, most: number): string {
  if (typeof key !== "string") return dataText(space, key, most);
  checkOption(key !== "", "key", key, "must not be empty");
  if (key.length > most) throw tooLong(most);
  // A lone surrogate has no UTF-8: as data it has a form.
  return key.isWellFormed() ? `${space}'${key}` : `${space}=${JSON.stringify(key)}`;
}

function dataText(space: string, key: KeyInput, most: number): string {
  try {
    return canonical(`${space}=`, key, 0, most);
  } catch (error) {
    throw error instanceof NotData ? error.within(key) : error;
  }
}

const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** The text before every key of a namespace within `outer`. No space is the beginning of another's keys. */
export function namespaceText(outer: string, name: string): string {
  return `${outer}@${checkName("name", name)}:`;
}

/** The text before every key of one version of an entity within `outer`. */
export function entityText(outer: string, prefix: string, version: number): string {
  return `${outer}@${checkName("prefix", prefix)}.v${version}:`;
}

function checkName(option: string, name: string): string {
  const ok = typeof name === "string" && NAME.test(name);
  checkOption(ok, option, name, "must be 1–64 characters of A-Z a-z 0-9 _ -");
  return name;
}

/** Deepest nesting of a key, which also ends a key that contains itself. */
const DEEPEST = 64;

// Written out, without intermediate arrays: a key is built for every call. The text so far is handed on, so
// that work ends as soon as it is too long, however often one object is in the key and however long an array
// is.
/**
 * `text` and the value. Injective, the order of properties apart. As RFC 8785 (JSON Canonicalization Scheme)
 * where that has a form.
 */
function canonical(text: string, value: unknown, depth: number, most: number): string {
  if (text.length > most) throw tooLong(most);
  if (typeof value === "string") return text + quoted(value, most);
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? `${text}0` : text + value;
  if (typeof value === "object" && value !== null) return structure(text, value, depth + 1, most);
  if (value === null || typeof value === "boolean") return text + value;
  if (typeof value === "bigint") return `${text}${bigintText(value, most)}n`;
  throw new NotData(value, value === undefined ? NOT_UNDEFINED : NO_FORM);
}

function quoted(value: string, most: number): string {
  if (value.length > most) throw tooLong(most);
  return JSON.stringify(value);
}

/** Four bits at least go into a digit: a number of more bits is not written out. */
function bigintText(value: bigint, most: number): string {
  if (BigInt.asIntN(most * 4, value) !== value) throw tooLong(most);
  return `${value}`;
}

function structure(text: string, value: object, depth: number, most: number): string {
  if (depth > DEEPEST)
    throw new NotData(value, `must not be nested more than ${DEEPEST} deep, nor contain itself`);
  if (Array.isArray(value)) return arrayText(text, value, depth, most);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return objectText(text, value, depth, most);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `${text}d${value.getTime()}`;
  throw new NotData(value, "must be data: plain objects, arrays, valid dates and primitives");
}

function arrayText(start: string, items: readonly unknown[], depth: number, most: number): string {
  if (items.length === 0) return `${start}[]`;
  if (items.length > most) throw tooLong(most);
  let text = start;
  for (let index = 0; index < items.length; index++)
    text = canonical(text + (index === 0 ? "[" : ","), items[index], depth, most);
  return `${text}]`;
}

function objectText(start: string, object: object, depth: number, most: number): string {
  const names = Object.keys(object);
  if (names.length > most) throw tooLong(most);
  if (names.length > 1) names.sort();
  let text = start;
  let separator = "{";
  for (const name of names) {
    const value = (object as Readonly<Record<string, unknown>>)[name];
    text = canonical(`${text}${separator}${quoted(name, most)}:`, value, depth, most);
    separator = ",";
  }
  return names.length === 0 ? `${start}{}` : `${text}}`;
}

const NO_FORM = "must be data: a string, or what JSON can hold";
const NOT_UNDEFINED =
  "must not be undefined, since a missing id would read another's entry; pass null or leave it out";

/** A part of a key that has no text. Its path is only looked for now. */
class NotData extends Error {
  readonly #part: unknown;
  readonly #rule: string;

  constructor(part: unknown, rule: string) {
    super(rule);
    this.#part = part;
    this.#rule = rule;
  }

  within(key: KeyInput): TypeError {
    const got = this.#part === undefined ? "" : `; got ${typeName(this.#part)}`;
    return new TypeError(`key${pathIn(key, this.#part)} ${this.#rule}${got}`);
  }
}

function tooLong(most: number): TypeError {
  return new TypeError(
    `key must be at most ${most} bytes of text (maxKeyBytes); shorten the key, or use a digest of its data`,
  );
}
