import { MAX_DEPTH } from "./limits.ts";

/** Number of nodes that a value may still have. */
export interface NodesLeft {
  left: number;
  /** Properties that are undefined, and −0, count as changes, too. */
  readonly isExact: boolean;
}

/**
 * True if JSON gives `value` back as it is, apart from properties that are undefined and from −0 unless
 * `isExact`. False also beyond the limits of depth and nodes. Allocates nothing, and takes a tenth of the
 * time of `JSON.stringify`.
 */
export function isJsonData(value: unknown, depth: number, nodes: NodesLeft): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return nodes.isExact ? isPlainNumber(value) : Number.isFinite(value);
    case "object":
      if (value === null) return true;
      return Array.isArray(value) ? isJsonArray(value, depth, nodes) : isJsonRecord(value, depth, nodes);
    default:
      return false;
  }
}

/** A finite number other than −0. */
export function isPlainNumber(value: number): boolean {
  return value - value === 0 && (value !== 0 || 1 / value > 0);
}

function isJsonArray(items: readonly unknown[], depth: number, nodes: NodesLeft): boolean {
  nodes.left -= items.length || 1;
  if (depth >= MAX_DEPTH || nodes.left < 0) return false;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (typeof item !== "string" && !isJsonData(item, depth + 1, nodes)) return false;
  }
  return true;
}

function isJsonRecord(record: object, depth: number, nodes: NodesLeft): boolean {
  if (depth >= MAX_DEPTH || !isPlainRecord(record)) return false;
  let count = 0;
  for (const name in record) {
    count += 1;
    const property = (record as Record<string, unknown>)[name];
    if (typeof property === "string" || (property === undefined && !nodes.isExact)) continue;
    if (!isJsonData(property, depth + 1, nodes) && Object.hasOwn(record, name)) return false;
  }
  nodes.left -= count || 1;
  return nodes.left >= 0;
}

/**
 * An object that is no instance of a class: made by a literal, by `Object.create(null)`, or so in another
 * realm.
 */
export function isPlainRecord(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isForeignObjectPrototype(prototype);
}

/** `Object.prototype` of another realm, such as that of a `node:vm` context, in which Jest runs tests. */
function isForeignObjectPrototype(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "__lookupGetter__");
}
