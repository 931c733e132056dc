import { nearestName } from "./nearest-name.ts";

/**
 * Throws a `TypeError` that names the option, the rule and the type of the value. Text is never shown, and
 * nor are the contents of objects: they may be secrets, such as a URL with a password.
 */
export function checkOption(ok: boolean, option: string, value: unknown, rule: string): asserts ok {
  if (!ok) throw new TypeError(`${option} ${rule}; got ${describe(value)}`);
}

/** Numbers, booleans and nothing are shown; of all else the type is. */
function describe(value: unknown): string {
  if (value === "") return "an empty string";
  if (typeof value === "string" || typeof value === "function" || typeof value === "symbol")
    return `a ${typeof value}`;
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

/** Epoch milliseconds: a whole number from 0 to 2^53 − 1. */
export function checkInstant(option: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0)
    checkOption(false, option, value, "must be whole epoch milliseconds");
  return value;
}

/** A whole number from `min` to `max`. */
export function checkInteger(option: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max)
    checkOption(false, option, value, `must be a whole number from ${digits(min)} to ${digits(max)}`);
  return value;
}

/** Whole milliseconds from `min` to `max`, a range that has 1,000. */
export function checkMilliseconds(option: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    const rule = `must be whole milliseconds from ${digits(min)} to ${digits(max)}, such as 1000`;
    checkOption(false, option, value, rule);
  }
  return value;
}

/** `600,000`. */
function digits(number: number): string {
  return number.toLocaleString("en-US");
}

/** A size or count: a whole number of 1 or more, or `Infinity`. */
export function checkLimit(option: string, value: number): number {
  const ok = value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 1);
  checkOption(ok, option, value, "must be a whole number of 1 or more, or Infinity");
  return value;
}

/** A function, or not given. */
export function checkFunction(option: string, value: unknown): void {
  checkOption(value === undefined || typeof value === "function", option, value, "must be a function");
}

const LABEL = /^[A-Za-z0-9_-]{1,64}$/;

/** A label: no dots, since paths join labels with dots. */
export function checkLabel(option: string, value: string): string {
  const ok = typeof value === "string" && LABEL.test(value);
  checkOption(ok, option, value, "must be 1–64 characters of A-Z a-z 0-9 _ -");
  return value;
}

const ID = /^[a-z0-9._-]{1,64}$/;

/** True if a text can be the id of a format or compressor. A stored id may be anything. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** The id of a format or compressor, as stored with every entry. */
export function checkId(option: string, value: string): string {
  checkOption(
    typeof value === "string" && isId(value),
    option,
    value,
    "must be 1–64 characters of a-z 0-9 . _ -",
  );
  return value;
}

/** At most 65,535 tags of at most 65,535 UTF-8 bytes each: as many as an envelope can hold. */
export function checkTags(tags: readonly string[]): void {
  checkOption(Array.isArray(tags) && tags.length <= 0xffff, "tags", tags, "must be at most 65,535 strings");
  for (const tag of tags) {
    const ok = typeof tag === "string" && tag.isWellFormed() && Buffer.byteLength(tag) <= 0xffff;
    if (!ok) checkOption(false, "tags", tag, "must be well-formed strings of at most 65,535 bytes");
  }
}

/**
 * Tags that no one can change: a store may keep this very array and give it to every reader. No tags:
 * undefined.
 */
export function frozenTags(tags: readonly string[] | undefined): readonly string[] | undefined {
  if (tags === undefined || tags.length === 0) return undefined;
  return Object.isFrozen(tags) ? tags : Object.freeze([...tags]);
}

/** A property that some code has given to all objects is no option. */
function isEverywhere(option: string, options: object): boolean {
  return option in Object.prototype && !Object.hasOwn(options, option);
}

/**
 * Checks that `options` has no option but the known ones, its own or inherited: a misspelt option must not be
 * ignored. `factory` is the name of the function that takes the options, and `example` shows right ones.
 */
export function checkKnown(
  factory: string,
  options: object,
  known: readonly string[],
  example?: string | undefined,
): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  const rule = example === undefined ? "must be an object" : `must be an object, such as ${example}`;
  checkOption(isObject, `${factory}: options`, options, rule);
  for (const option in options) {
    if (known.includes(option) || isEverywhere(option, options)) continue;
    const nearest = nearestName(option, known);
    const hint = nearest === undefined ? "." : `; did you mean \`${nearest}\`?`;
    throw new TypeError(
      `${factory}: \`${option}\` is not an option${hint} Options: ${known.join(", ") || "none"}.`,
    );
  }
}
