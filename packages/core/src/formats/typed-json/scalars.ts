import { Refusal } from "../refusal.ts";
import { DECIMAL_BITS, MAX_SOURCE } from "./escapes.ts";
import type { JsonWriter } from "./json-writer.ts";

/** Values whose escape has no content. */
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["$undefined", undefined],
  ["$NaN", Number.NaN],
  ["$Infinity", Number.POSITIVE_INFINITY],
  ["$-Infinity", Number.NEGATIVE_INFINITY],
  ["$-0", -0],
]);

/** The escape of a number that JSON has no form for. */
export function escapeNumber(value: number): string {
  return value === 0 ? "$-0" : `$${value}`;
}

/** Writes the escape of a date. Throws for an object that is none. */
export function writeDate(value: object, out: JsonWriter): void {
  out.date(Date.prototype.getTime.call(value));
}

/** True if an escape is of a date: the most frequent one is known without a search. */
export function isDateEscape(escaped: string): boolean {
  return (
    escaped.charCodeAt(1) === 0x44 &&
    escaped.charCodeAt(2) === 0x61 &&
    escaped.charCodeAt(3) === 0x74 &&
    escaped.charCodeAt(4) === 0x65 &&
    escaped.charCodeAt(5) === 0x3a
  );
}

const DECIMAL_LIMIT = 2n ** BigInt(DECIMAL_BITS);

export function escapeBigint(value: bigint): string {
  if (value < DECIMAL_LIMIT && value > -DECIMAL_LIMIT) return `$BigInt:${value}`;
  return value < 0n ? `$BigInt:-0x${(-value).toString(16)}` : `$BigInt:0x${value.toString(16)}`;
}

export function escapeUrl({ href }: URL): string {
  if (href.length > MAX_SOURCE)
    throw new Refusal(`a URL of more than ${MAX_SOURCE} characters; store its text`);
  return `$URL:${href}`;
}

export function escapeRegExp({ flags, source }: RegExp): string {
  if (source.length > MAX_SOURCE)
    throw new Refusal(`a RegExp of more than ${MAX_SOURCE} characters; store its source`);
  return `$RegExp:${flags}:${source}`;
}

/** The value of an escape without a content; undefined for others, and for that of undefined. */
export function constantOf(escaped: string): unknown {
  if (CONSTANTS.has(escaped)) return CONSTANTS.get(escaped);
  throw new RangeError("an unknown escape");
}

const LATEST_DATE = 8.64e15;

/** The date of `$Date:` and whole milliseconds, read from position 6 on; `NaN` for an invalid date. */
export function reviveDate(escaped: string): Date {
  const isNegative = escaped.charCodeAt(6) === 0x2d;
  let at = isNegative ? 7 : 6;
  let milliseconds = 0;
  if (escaped.length === at || escaped.length > at + 16) throw new RangeError("a date of a wrong form");
  for (; at < escaped.length; at++) {
    const digit = escaped.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return invalidDate(escaped);
    milliseconds = milliseconds * 10 + digit;
  }
  if (milliseconds > LATEST_DATE) throw new RangeError("a date out of range");
  return new Date(isNegative ? -milliseconds : milliseconds);
}

function invalidDate(escaped: string): Date {
  if (escaped === "$Date:NaN") return new Date(Number.NaN);
  throw new RangeError("a date of a wrong form");
}

const DECIMAL = /^-?\d{1,78}$/;
const HEXADECIMAL = /^-?0x[\da-f]+$/;

export function reviveBigint(text: string): bigint {
  if (DECIMAL.test(text)) return BigInt(text);
  if (!HEXADECIMAL.test(text)) throw new RangeError("a bigint of a wrong form");
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

export function reviveUrl(text: string): URL {
  try {
    if (text.length <= MAX_SOURCE) return new URL(text);
  } catch {
    // Node's error shows the text, which is data.
  }
  throw new RangeError("a URL of a wrong form");
}

export function reviveRegExp(text: string): RegExp {
  const colon = text.indexOf(":");
  try {
    if (colon !== -1 && text.length - colon - 1 <= MAX_SOURCE)
      return new RegExp(text.slice(colon + 1), text.slice(0, colon));
  } catch {
    // V8's message shows the source, which is data.
  }
  throw new RangeError("a regular expression of a wrong form");
}
