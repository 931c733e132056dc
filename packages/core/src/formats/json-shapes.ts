import { endOfString, QUOTE } from "./json-string.ts";
import { ShapeLimit } from "./shape-limit.ts";

const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Checks that the objects of a JSON text have at most `maxShapes` shapes: lists of property names in one
 * order, each beginning of a list counted as one. For texts that have passed the check of depth.
 *
 * @throws RangeError
 */
export function checkShapes(bytes: Uint8Array, maxShapes: number): void {
  const limit = new ShapeLimit(maxShapes);
  const outer: number[] = [];
  let shape = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === OPEN_OBJECT) {
      outer.push(shape);
      shape = 0;
    } else if (byte === CLOSE_OBJECT) {
      shape = outer.pop() ?? 0;
    } else if (byte === QUOTE) {
      const end = endOfString(bytes, at);
      if (isName(bytes, end)) shape = limit.next(shape, bytes, at, end);
      at = end;
    }
  }
}

function isName(bytes: Uint8Array, end: number): boolean {
  let at = end + 1;
  while (isSpace(bytes[at])) at += 1;
  return bytes[at] === COLON;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
