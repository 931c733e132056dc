import { inspect } from "node:util";

/** Throws a `TypeError` that names the option and shows the value that was wrong. */
export function checkOption(ok: boolean, option: string, value: unknown, rule: string): asserts ok {
  if (!ok) throw new TypeError(`${option} ${rule}; got ${inspect(value, { depth: 0, maxStringLength: 80 })}`);
}

/** Epoch milliseconds: a whole number from 0 to 2^53 − 1. */
export function checkInstant(option: string, value: number): number {
  checkOption(Number.isSafeInteger(value) && value >= 0, option, value, "must be whole epoch milliseconds");
  return value;
}

/** A whole number from `min` to `max`. */
export function checkInteger(option: string, value: number, min: number, max: number): number {
  const ok = Number.isInteger(value) && value >= min && value <= max;
  checkOption(ok, option, value, `must be a whole number from ${min} to ${max}`);
  return value;
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

/** A label: no dots, since paths join labels with them. */
export function checkLabel(option: string, value: string): string {
  const ok = typeof value === "string" && LABEL.test(value);
  checkOption(ok, option, value, "must be 1–64 characters of A-Z a-z 0-9 _ -");
  return value;
}

const ID = /^[a-z0-9._-]{1,64}$/;

/** The id of a format or compressor, as stored with every entry. */
export function checkId(option: string, value: string): string {
  const ok = typeof value === "string" && ID.test(value);
  checkOption(ok, option, value, "must be 1–64 characters of a-z 0-9 . _ -");
  return value;
}

/** At most 65,535 tags of at most 65,535 UTF-8 bytes each: what an envelope can hold. Returns its own, frozen copy. */
export function checkTags(tags: readonly string[] | undefined): readonly string[] | undefined {
  if (tags === undefined) return undefined;
  checkOption(Array.isArray(tags) && tags.length <= 0xffff, "tags", tags, "must be at most 65,535 strings");
  for (const tag of tags) {
    const ok = typeof tag === "string" && tag.isWellFormed() && Buffer.byteLength(tag) <= 0xffff;
    checkOption(ok, "tags", tag, "must be well-formed strings of at most 65,535 bytes");
  }
  return frozenTags(tags);
}

/** Tags that no one can change: a store may keep this very array and give it to every reader. No tags: undefined. */
export function frozenTags(tags: readonly string[] | undefined): readonly string[] | undefined {
  if (tags === undefined || tags.length === 0) return undefined;
  return Object.isFrozen(tags) ? tags : Object.freeze([...tags]);
}

/** No option but the known ones: a misspelt option must not be ignored. */
export function checkKnown(options: object, known: readonly string[]): void {
  for (const option of Object.keys(options)) {
    checkOption(
      known.includes(option),
      option,
      (options as Record<string, unknown>)[option],
      "is not an option",
    );
  }
}
