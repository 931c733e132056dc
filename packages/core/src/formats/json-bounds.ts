import { checkShapes } from "./json-shapes.ts";
import { endOfString, QUOTE } from "./json-string.ts";
import { MAX_DEPTH, maxShapes } from "./limits.ts";

/** A text of fewer characters cannot hold more than MAX_DEPTH levels: each takes two characters. */
const ALWAYS_SHALLOW = 2 * MAX_DEPTH;
/** From this size on, the bytes are checked before a string is made of them. */
export const BYTES_FIRST: number = 2 ** 20;

const STRING = 1;
const OPEN = 2;
const CLOSE = 3;
const COMMA = 4;
/** Meaning of a byte for the structure of a JSON text; 0: none. Bytes of UTF-8 sequences mean nothing. */
const CLASSES = new Uint8Array(256);
CLASSES[QUOTE] = STRING;
for (const open of "[{") CLASSES[open.charCodeAt(0)] = OPEN;
for (const close of "]}") CLASSES[close.charCodeAt(0)] = CLOSE;
CLASSES[0x2c] = COMMA;

/** True if a text is so short, or has so few arrays and objects, that it keeps within every limit. */
export function isSmall(text: string, maxNodes: number): boolean {
  if (text.length <= ALWAYS_SHALLOW) return text.length <= maxNodes || text.length <= 1;
  return text.length <= maxNodes && hasFewOpenings(text);
}

/**
 * Counting opening brackets costs a fiftieth of parsing. Brackets in strings count too: the count is never
 * too low.
 */
function hasFewOpenings(text: string): boolean {
  let left = MAX_DEPTH;
  for (let at = text.indexOf("{"); at !== -1; at = text.indexOf("{", at + 1)) if (--left < 0) return false;
  for (let at = text.indexOf("["); at !== -1; at = text.indexOf("[", at + 1)) if (--left < 0) return false;
  return true;
}

/**
 * Checks that a JSON text has at most MAX_DEPTH levels, `maxNodes` nodes and a share of that in shapes.
 * Builds nothing. A text that is no JSON may pass: the parser refuses it.
 *
 * @throws RangeError
 */
export function checkBounds(bytes: Uint8Array, maxNodes: number): void {
  const shapes = maxShapes(maxNodes);
  if (countNodes(bytes, maxNodes) > shapes) checkShapes(bytes, shapes);
}

/** Counts an empty array or object as one node within it, so that both directions can count alike. */
function countNodes(bytes: Uint8Array, maxNodes: number): number {
  let nodes = 1;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    switch (CLASSES[bytes[at] as number]) {
      case STRING:
        at = endOfString(bytes, at);
        break;
      case OPEN:
        nodes += 1;
        depth += 1;
        if (depth > MAX_DEPTH) throw new RangeError(`more than ${MAX_DEPTH} levels`);
        break;
      case CLOSE:
        depth -= 1;
        break;
      case COMMA:
        nodes += 1;
    }
  }
  if (nodes > maxNodes) throw new RangeError(`more than ${maxNodes} nodes`);
  return nodes;
}
