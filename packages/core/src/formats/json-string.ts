export const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The position of the quote that ends the string that begins at `start`, or the end of the bytes if there is
 * none.
 */
export function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at += 1;
  return at;
}
