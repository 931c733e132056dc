import { COSTLY_NODES, MAX_DEPTH } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import type { CustomType } from "./custom-type.ts";
import type { JsonWriter } from "./json-writer.ts";

/** One typed document that is being written. */
export interface Encoding {
  /** Number of nodes that the document may still have. */
  left: number;
  readonly types: readonly CustomType[] | undefined;
  readonly out: JsonWriter;
  /** True if `for` loops over objects list properties of `Object.prototype`, too. */
  readonly inherits: boolean;
}

/** True if a program has given all objects a property that `for` loops list. */
export function inheritsProperties(): boolean {
  for (const _ in Object.prototype) return true;
  return false;
}

/** Writes a part of a value, at its depth in the document. */
export type Encode = (value: unknown, depth: number, to: Encoding) => void;

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
