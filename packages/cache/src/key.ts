import { inspect } from "node:util";
import { checkOption } from "@hitbox/core";

/**
 * A key: a string, or data as JSON has it, with `bigint` and `Date` besides. Equal data is one key, in whatever order an
 * object's properties stand; properties that are undefined count as absent. Data that differs is never one key: 42, "42"
 * and [42] are three.
 */
export type KeyInput = string | number | bigint | boolean | null | object;

/*
 * A key's text, after the spaces that it is in (`@name:` and `@name.v3:`):
 *   a string          verbatim; behind a quote where it starts with one of = ' @ %
 *   other data        `=` and its canonical form, which a string that is not well-formed has too
 *   the cache's own   `%` and what it is
 */
const RESERVED: ReadonlySet<string> = new Set(["=", "'", "@", "%"]);

/** @throws TypeError for an empty string, and for what is not data: functions, symbols, class instances, NaN, cycles. */
export function keyText(space: string, key: KeyInput): string {
  if (typeof key !== "string") return `${space}=${canonical(key, 0)}`;
  checkOption(key !== "", "key", key, "must not be empty");
  // A lone surrogate has no UTF-8: as data it has a form.
  if (!key.isWellFormed()) return `${space}=${JSON.stringify(key)}`;
  return RESERVED.has(key.charAt(0)) ? `${space}'${key}` : space + key;
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

// Written out, without intermediate arrays: a key is built for every call.
/** Injective, the order of properties apart. As RFC 8785 (JSON Canonicalization Scheme) where that has a form. */
function canonical(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return value === 0 ? "0" : `${value}`;
  if (typeof value === "object" && value !== null) return structure(value, depth + 1);
  if (value === null || typeof value === "boolean") return `${value}`;
  if (typeof value === "bigint") return `${value}n`;
  throw keyError(value, "must be data: a string, or what JSON can hold");
}

function structure(value: object, depth: number): string {
  if (depth > DEEPEST)
    throw keyError(value, `must not be nested more than ${DEEPEST} deep, nor contain itself`);
  if (Array.isArray(value)) return arrayText(value, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return objectText(value, depth);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return `d${value.getTime()}`;
  throw keyError(value, "must be data: plain objects, arrays, valid dates and primitives");
}

function arrayText(items: readonly unknown[], depth: number): string {
  let text = "";
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    text += `${index === 0 ? "[" : ","}${item === undefined ? "u" : canonical(item, depth)}`;
  }
  return text === "" ? "[]" : `${text}]`;
}

function objectText(object: object, depth: number): string {
  const names = Object.keys(object);
  if (names.length > 1) names.sort();
  let text = "";
  for (const name of names) {
    const value = (object as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined)
      text += `${text === "" ? "{" : ","}${JSON.stringify(name)}:${canonical(value, depth)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function keyError(value: unknown, rule: string): TypeError {
  return new TypeError(`key ${rule}; got ${inspect(value, { depth: 0, maxStringLength: 80 })}`);
}
