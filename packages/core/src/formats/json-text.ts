import { BYTES_FIRST, checkBounds, isSmall } from "./json-bounds.ts";
import { checkShapes } from "./json-shapes.ts";
import { maxShapes } from "./limits.ts";

/** The text that `JSON.stringify` makes of `value`. */
export function stringify(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`JSON has no ${typeof value}`);
  return text;
}

/** The bytes of a JSON text of `nodes` nodes within the limits, once they are known to be readable. */
export function bytesOfChecked(text: string, nodes: number, maxNodes: number): Uint8Array {
  return checked(Buffer.from(text), nodes, maxNodes);
}

/** The same bytes, once it is known that their objects have few enough shapes. */
export function checked(bytes: Uint8Array, nodes: number, maxNodes: number): Uint8Array {
  const shapes = maxShapes(maxNodes);
  if (nodes > shapes) checkShapes(bytes, shapes);
  return bytes;
}

/** The bytes of a JSON text about which nothing is known, once they are known to be readable. */
export function bytesOfUnchecked(text: string, maxNodes: number): Uint8Array {
  const bytes = Buffer.from(text);
  if (!isSmall(text, maxNodes)) checkBounds(bytes, maxNodes);
  return bytes;
}

/** Parses bytes that may be hostile: depth and number of nodes are bounded before anything is built. */
export function parseWithin(bytes: Uint8Array, maxNodes: number): unknown {
  if (bytes.byteLength >= BYTES_FIRST) {
    checkBounds(bytes, maxNodes);
    return parse(textOf(bytes));
  }
  const text = Buffer.isBuffer(bytes) ? bytes.toString() : textOf(bytes);
  if (!isSmall(text, maxNodes)) checkBounds(bytes, maxNodes);
  return parse(text);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/**
 * V8 shows what it found, which may be a secret or a terminal's escape sequence: only the position is kept.
 */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [, position = ""] = /(at position \d+)/.exec(String((error as Error).message)) ?? [];
    throw new SyntaxError(`not a JSON text${position === "" ? "" : `: unexpected character ${position}`}`);
  }
}
