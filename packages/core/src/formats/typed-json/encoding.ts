import { COSTLY_NODES, MAX_DEPTH } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import type { CustomType } from "./custom-type.ts";

/** One value on its way into a document. */
export interface Encoding {
  /** How many nodes the document may still have. */
  left: number;
  /** Whether the document has an escaped, other than of a string that begins with `$`. */
  isTyped: boolean;
  readonly types: Iterable<CustomType> | undefined;
}

/** Encodes a part of a value, at its depth in the document. */
export type Encode = (value: unknown, depth: number, to: Encoding) => unknown;

/** Notes that the document has an escaped. */
export function typed<Escape>(escaped: Escape, to: Encoding): Escape {
  to.isTyped = true;
  return escaped;
}

/** Counts an array or object of the document. */
export function enter(count: number, depth: number, to: Encoding): void {
  if (depth >= MAX_DEPTH) throw new Refusal(`a cycle, or more than ${MAX_DEPTH} levels`);
  take(count || 1, to);
}

/** Counts a value that takes long to read, besides its nodes. */
export function costly<Value>(value: Value, to: Encoding): Value {
  take(COSTLY_NODES, to);
  return value;
}

function take(nodes: number, to: Encoding): void {
  to.left -= nodes;
  if (to.left < 0) throw new Refusal("more nodes than `maxNodes` allows");
}
