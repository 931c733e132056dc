import { refusalUnder } from "../refusal.ts";
import { writeBinary } from "./binary.ts";
import { costly, type Encode, type Encoding, enter } from "./encoding.ts";
import { partsOfError } from "./errors.ts";
import { ERROR, MAP, SET } from "./escapes.ts";
import type { JsonWriter } from "./json-writer.ts";
import type { Kind } from "./kinds.ts";
import { escapeRegExp, escapeUrl, writeDate } from "./scalars.ts";
import { CLOSE_ARRAY, COMMA, OPEN_ARRAY } from "./tokens.ts";

/** Writes the escape of an object of a class that the format knows. */
export function encodeKind(
  { form, name }: Kind,
  value: object,
  depth: number,
  to: Encoding,
  encode: Encode,
): void {
  switch (form) {
    case "date":
      writeDate(value, to.out);
      break;
    case "url":
      to.out.text(escapeUrl(costly(value as URL, to)));
      break;
    case "regexp":
      to.out.text(escapeRegExp(costly(value as RegExp, to)));
      break;
    case "map":
      encodeMap(value as ReadonlyMap<unknown, unknown>, depth, to, encode);
      break;
    case "set":
      encodeSet(value as ReadonlySet<unknown>, depth, to, encode);
      break;
    case "error":
      encodeError(name, value, depth, to, encode);
      break;
    case "memory":
      writeBinary(name, new Uint8Array(value as ArrayBuffer), to.out);
      break;
    case "view":
      writeBinary(name, value as ArrayBufferView, to.out);
      break;
  }
}

function encodeMap(map: ReadonlyMap<unknown, unknown>, depth: number, to: Encoding, encode: Encode): void {
  const { out } = to;
  let count = 0;
  enter(map.size + 1, depth, to);
  begin(MAP, out);
  try {
    Map.prototype.forEach.call(map, (item: unknown, key: unknown) => {
      enter(2, depth + 1, to);
      out.byte(COMMA);
      out.byte(OPEN_ARRAY);
      encode(key, depth + 2, to);
      out.byte(COMMA);
      encode(item, depth + 2, to);
      out.byte(CLOSE_ARRAY);
      count += 1;
    });
  } catch (error) {
    throw refusalUnder(`[entry ${count} of the Map]`, error);
  }
  out.byte(CLOSE_ARRAY);
}

function encodeSet(set: ReadonlySet<unknown>, depth: number, to: Encoding, encode: Encode): void {
  let count = 0;
  enter(set.size + 1, depth, to);
  begin(SET, to.out);
  try {
    Set.prototype.forEach.call(set, (item: unknown) => {
      to.out.byte(COMMA);
      encode(item, depth + 1, to);
      count += 1;
    });
  } catch (error) {
    throw refusalUnder(`[member ${count} of the Set]`, error);
  }
  to.out.byte(CLOSE_ARRAY);
}

function encodeError(name: string, error: object, depth: number, to: Encoding, encode: Encode): void {
  const { out } = to;
  const [kind, ...parts] = partsOfError(name, costly(error, to));
  enter(4, depth, to);
  begin(ERROR, out);
  out.byte(COMMA);
  out.text(kind);
  for (const part of parts) {
    out.byte(COMMA);
    encode(part, depth + 1, to);
  }
  out.byte(CLOSE_ARRAY);
}

/** Begins the escape of a value whose content is values. */
function begin(tag: string, out: JsonWriter): void {
  out.byte(OPEN_ARRAY);
  out.text(tag);
}
