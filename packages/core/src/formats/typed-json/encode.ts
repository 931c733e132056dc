import { isPlainRecord } from "../json-scan.ts";
import { nameStep, Refusal, refusalUnder } from "../refusal.ts";
import { noFormatKeeps } from "../remedy.ts";
import type { CustomType } from "./custom-type.ts";
import { encodeKind } from "./encode-kind.ts";
import { type Encoding, enter, typed } from "./encoding.ts";
import { CUSTOM, DOLLAR, HOLE } from "./escapes.ts";
import { kindOfObject } from "./kinds.ts";
import { escapeBigint, escapeDate, escapeNumber } from "./scalars.ts";

/**
 * `value` in the form that a typed document has for it: itself where nothing in it needs an escape, else a
 * copy.
 *
 * @throws Refusal for a value that would not come back as it is.
 */
export function encode(value: unknown, depth: number, to: Encoding): unknown {
  switch (typeof value) {
    case "string":
      return value.charCodeAt(0) === DOLLAR ? `$${value}` : value;
    case "number":
      return value - value === 0 && (value !== 0 || 1 / value > 0) ? value : typed(escapeNumber(value), to);
    case "boolean":
      return value;
    case "object":
      if (value === null) return value;
      return encodeObject(value, depth, to);
    case "undefined":
      return typed("$undefined", to);
    case "bigint":
      return typed(escapeBigint(value), to);
    default:
      throw new Refusal(noFormatKeeps(value));
  }
}

/** The most frequent classes first. */
function encodeObject(value: object, depth: number, to: Encoding): unknown {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return encodeRecord(value, depth, to);
  if (Array.isArray(value)) return encodeArray(value, depth, to);
  if (prototype === Date.prototype && to.types === undefined) return typed(escapeDate(value), to);
  return isPlainRecord(value) ? encodeRecord(value, depth, to) : encodeOther(value, depth, to);
}

function encodeArray(items: readonly unknown[], depth: number, to: Encoding): unknown {
  enter(items.length, depth, to);
  let copy: unknown[] | undefined;
  let index = 0;
  try {
    for (; index < items.length; index++) {
      const item = items[index];
      const encoded = item === undefined && !(index in items) ? typed(HOLE, to) : encode(item, depth + 1, to);
      if (encoded === item) continue;
      copy ??= items.slice();
      copy[index] = encoded;
    }
  } catch (error) {
    throw refusalUnder(`[${index}]`, error);
  }
  return copy ?? items;
}

function encodeRecord(record: object, depth: number, to: Encoding): unknown {
  let copy: Record<string, unknown> | undefined;
  let count = 0;
  let place = "";
  enter(0, depth, to);
  try {
    for (const name in record) {
      place = name;
      count += 1;
      const property = (record as Record<string, unknown>)[name];
      const encoded = encode(property, depth + 1, to);
      // A property of a prototype is none of the object's own.
      if (encoded === property || !Object.hasOwn(record, name)) continue;
      copy ??= { ...record };
      copy[name] = encoded;
    }
  } catch (error) {
    throw refusalUnder(nameStep(place), error);
  }
  if (count > 1) to.left -= count - 1;
  if (to.left < 0) enter(0, depth, to);
  return copy ?? record;
}

function encodeOther(value: object, depth: number, to: Encoding): unknown {
  for (const type of to.types ?? []) if (type.is(value)) return encodeCustom(type, value, depth, to);
  const kind = kindOfObject(value);
  if (kind === undefined) throw new Refusal(noFormatKeeps(value));
  to.isTyped = true;
  return encodeKind(kind, value, depth, to, encode);
}

function encodeCustom(type: CustomType, value: object, depth: number, to: Encoding): unknown {
  to.isTyped = true;
  enter(2, depth, to);
  return [CUSTOM + type.name, encode(type.encode(value), depth + 1, to)];
}
