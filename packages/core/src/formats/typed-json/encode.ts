import { isPlainNumber, isPlainRecord } from "../json-scan.ts";
import { nameStep, Refusal, refusalUnder } from "../refusal.ts";
import { noFormatKeeps } from "../remedy.ts";
import type { CustomType } from "./custom-type.ts";
import { encodeKind } from "./encode-kind.ts";
import { type Encoding, enter } from "./encoding.ts";
import { CUSTOM, HOLE } from "./escapes.ts";
import type { JsonWriter } from "./json-writer.ts";
import { kindOfObject } from "./kinds.ts";
import { escapeBigint, escapeNumber, writeDate } from "./scalars.ts";
import { CLOSE_ARRAY, CLOSE_OBJECT, COMMA, OPEN_ARRAY, OPEN_OBJECT } from "./tokens.ts";

/**
 * Writes `value` into a typed document.
 *
 * @throws Refusal for a value that would not come back as it is.
 */
export function encode(value: unknown, depth: number, to: Encoding): void {
  const { out } = to;
  if (typeof value === "string") out.string(value);
  else if (typeof value === "number") encodeNumber(value, out);
  else if (typeof value === "boolean") out.ascii(value ? "true" : "false");
  else if (value === null) out.ascii("null");
  else if (typeof value === "object") encodeObject(value, depth, to);
  else if (typeof value === "undefined") out.text("$undefined");
  else if (typeof value === "bigint") out.text(escapeBigint(value));
  else throw new Refusal(noFormatKeeps(value));
}

function encodeNumber(value: number, out: JsonWriter): void {
  if (isPlainNumber(value)) out.number(value);
  else out.text(escapeNumber(value));
}

/** The most frequent classes first. */
function encodeObject(value: object, depth: number, to: Encoding): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) encodeRecord(value, depth, to);
  else if (Array.isArray(value)) encodeArray(value, depth, to);
  else if (prototype === Date.prototype && to.types === undefined) writeDate(value, to.out);
  else if (isPlainRecord(value)) encodeRecord({ ...value }, depth, to);
  else encodeOther(value, depth, to);
}

function encodeArray(items: readonly unknown[], depth: number, to: Encoding): void {
  const { length } = items;
  enter(length, depth, to);
  to.out.byte(OPEN_ARRAY);
  let index = 0;
  try {
    for (; index < length; index++) {
      if (index > 0) to.out.byte(COMMA);
      const item = items[index];
      if (item === undefined && !(index in items)) to.out.text(HOLE);
      else encode(item, depth + 1, to);
    }
  } catch (error) {
    throw refusalUnder(`[${index}]`, error);
  }
  to.out.byte(CLOSE_ARRAY);
}

function encodeRecord(record: object, depth: number, to: Encoding): void {
  let count = 0;
  let place = "";
  enter(0, depth, to);
  to.out.byte(OPEN_OBJECT);
  try {
    for (const name in record) {
      // A property of a prototype is none of the object's own.
      if (to.inherits && !Object.hasOwn(record, name)) continue;
      place = name;
      to.out.name(name, count === 0);
      count += 1;
      const property = (record as Record<string, unknown>)[name];
      if (typeof property === "string") to.out.string(property);
      else encode(property, depth + 1, to);
    }
  } catch (error) {
    throw refusalUnder(nameStep(place), error);
  }
  to.out.byte(CLOSE_OBJECT);
  if (count > 1) enter(count - 1, depth, to);
}

function encodeOther(value: object, depth: number, to: Encoding): void {
  const type = to.types?.find((known) => known.is(value));
  const kind = type === undefined ? kindOfObject(value) : undefined;
  if (type !== undefined) encodeCustom(type, value, depth, to);
  else if (kind !== undefined) encodeKind(kind, value, depth, to, encode);
  else throw new Refusal(noFormatKeeps(value));
}

function encodeCustom(type: CustomType, value: object, depth: number, to: Encoding): void {
  enter(2, depth, to);
  to.out.byte(OPEN_ARRAY);
  to.out.text(CUSTOM + type.name);
  to.out.byte(COMMA);
  encode(type.encode(value), depth + 1, to);
  to.out.byte(CLOSE_ARRAY);
}
