/*
 * The escapes of a typed document; docs/reference/formats.md is the specification. A string that begins with
 * `$` is an escape:
 *
 *   "$$price"                      the string "$price"
 *   "$undefined" "$NaN" "$-0" …    a value without content
 *   "$Date:1700000000123"          a value whose content is text
 *   ["$Map", ["key", 1]]           a value whose content is values
 */
export const DOLLAR = 0x24;
/** Stands before the text of a typed document. `JSON.stringify` never begins with a space. */
export const TYPED_BYTE = 0x20;
export const HOLE = "$hole";
export const MAP = "$Map";
export const SET = "$Set";
export const ERROR = "$Error";
/** Before the name of a custom type. */
export const CUSTOM = "$type:";

/**
 * Most characters of the source of a regular expression, and of a URL: V8 takes hundreds of bytes for each.
 */
export const MAX_SOURCE = 65_536;

/**
 * Bigints up to so many bits are written in decimal; longer ones in hexadecimal, which is linear to read and
 * write.
 */
export const DECIMAL_BITS = 256;
