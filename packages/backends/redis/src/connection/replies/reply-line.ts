import { strange } from "./reply-shape.ts";

/** Bytes of a line at most: a status, an error, a number, or a length. */
export const LONGEST_LINE = 65_536;

const RETURN = 13;
const FEED = 10;
const MINUS = 45;
const ZERO = 48;
const MOST_DIGITS = 15;

/** The position behind the line that begins at `start`; 0 if its end has not come yet. */
export function endOfLine(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== RETURN) at += 1;
  if (at - start > LONGEST_LINE) throw strange("a line that is too long");
  if (at + 1 >= bytes.length) return 0;
  if (bytes[at + 1] !== FEED) throw strange("a line without an end");
  return at + 2;
}

/** The number from `start` to the end of its line: −1, or a length. */
export function lengthIn(bytes: Uint8Array, start: number, end: number): number {
  const last = end - 2;
  if (bytes[start] === MINUS && bytes[start + 1] === ZERO + 1 && start + 2 === last) return -1;
  if (start === last || last - start > MOST_DIGITS) throw strange("a length that is no number");
  let length = 0;
  for (let at = start; at < last; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) throw strange("a length that is no number");
    length = 10 * length + digit;
  }
  return length;
}
