import { refusalUnder } from "../refusal.ts";
import { escapeBinary } from "./binary.ts";
import { costly, type Encode, type Encoding, enter } from "./encoding.ts";
import { partsOfError } from "./errors.ts";
import { MAP, SET } from "./escapes.ts";
import type { Kind } from "./kinds.ts";
import { escapeDate, escapeRegExp, escapeUrl } from "./scalars.ts";

/** The escape of an object of a class that the format knows. */
export function encodeKind(
  { form, name }: Kind,
  value: object,
  depth: number,
  to: Encoding,
  encode: Encode,
): unknown {
  switch (form) {
    case "date":
      return escapeDate(value);
    case "url":
      return escapeUrl(costly(value as URL, to));
    case "regexp":
      return escapeRegExp(costly(value as RegExp, to));
    case "map":
      return encodeMap(value as ReadonlyMap<unknown, unknown>, depth, to, encode);
    case "set":
      return encodeSet(value as ReadonlySet<unknown>, depth, to, encode);
    case "error":
      return encodeError(name, value, depth, to, encode);
    case "memory":
      return escapeBinary(name, new Uint8Array(value as ArrayBuffer));
    case "view":
      return escapeBinary(name, value as ArrayBufferView);
  }
}

function encodeMap(map: ReadonlyMap<unknown, unknown>, depth: number, to: Encoding, encode: Encode): unknown {
  const encoded: unknown[] = [MAP];
  enter(map.size + 1, depth, to);
  try {
    Map.prototype.forEach.call(map, (item: unknown, key: unknown) => {
      enter(2, depth + 1, to);
      encoded.push([encode(key, depth + 2, to), encode(item, depth + 2, to)]);
    });
  } catch (error) {
    throw refusalUnder(`[entry ${encoded.length - 1} of the Map]`, error);
  }
  return encoded;
}

function encodeSet(set: ReadonlySet<unknown>, depth: number, to: Encoding, encode: Encode): unknown {
  const encoded: unknown[] = [SET];
  enter(set.size + 1, depth, to);
  try {
    Set.prototype.forEach.call(set, (item: unknown) => {
      encoded.push(encode(item, depth + 1, to));
    });
  } catch (error) {
    throw refusalUnder(`[member ${encoded.length - 1} of the Set]`, error);
  }
  return encoded;
}

function encodeError(name: string, error: object, depth: number, to: Encoding, encode: Encode): unknown {
  const [tag, kind, hidden, visible] = partsOfError(name, costly(error, to));
  enter(4, depth, to);
  return [tag, kind, encode(hidden, depth + 1, to), encode(visible, depth + 1, to)];
}
