import { checkInteger, checkKnown, checkOption } from "../check.ts";
import { hashed } from "../keys/hashed.ts";
import type { StoreKeys } from "./store.ts";

const HASH_LENGTH = 43;

/** Bytes of an escaped byte: the mark and two digits. */
const ESCAPED_BYTES = 3;

/** Makes keys that a store can hold, and the keys that they were. */
export interface KeyCodec {
  readonly prefix: string;
  /** Longest key that `toStore` takes, in UTF-8 bytes, whatever its characters. Undefined: no limit. */
  readonly maxKeyBytes: number | undefined;
  toStore(key: string): string;
  /** Undefined for a key of another space, and for one that is a hash. */
  fromStore(key: string): string | undefined;
  /** The beginning, in the store, of every key that begins with `start`. */
  startInStore(start: string): string;
}

/**
 * `isListed`: the store lists keys, which a hash cannot be made back into, so long keys are refused. A hash
 * begins with two escape characters, and no other key does: digits follow one.
 */
export function keyCodec(keys: StoreKeys = {}, isListed = false): KeyCodec {
  checkKnown("storeBackend: keys", keys, ["prefix", "maxBytes", "allowed", "escape"]);
  const { prefix = "", maxBytes = Number.POSITIVE_INFINITY, escape: mark = "%" } = keys;
  checkOption(typeof prefix === "string" && prefix.isWellFormed(), "keys.prefix", prefix, "must be a string");
  checkOption(/^[!-~]$/.test(mark), "keys.escape", mark, "must be one character of visible ASCII");
  if (maxBytes !== Number.POSITIVE_INFINITY) checkInteger("keys.maxBytes", maxBytes, 1, 2 ** 31 - 1);
  const room = maxBytes - Buffer.byteLength(prefix);
  const least = HASH_LENGTH + 2;
  checkOption(room >= least, "keys.prefix", prefix, `leaves less than ${least} bytes for keys`);
  checkAllowed(keys);
  const { escaped, unescaped } = escaping(keys.allowed, mark);
  const hash = (key: string): string => prefix + mark + mark + hashed().encode(key);
  const longest = keys.allowed === undefined ? room - ESCAPED_BYTES + 1 : Math.floor(room / ESCAPED_BYTES);
  return {
    prefix,
    maxKeyBytes: isListed && Number.isFinite(room) ? longest : undefined,
    toStore(key) {
      if (!key.isWellFormed()) return hash(key);
      const text = escaped(key);
      // A UTF-16 unit has three bytes at most.
      const fits = text.length * 3 <= room || Buffer.byteLength(text) <= room;
      return fits ? prefix + text : hash(key);
    },
    fromStore(key) {
      if (!key.startsWith(prefix) || key.startsWith(mark + mark, prefix.length)) return undefined;
      return unescaped(key.slice(prefix.length));
    },
    startInStore: (start) => prefix + escaped(start),
  };
}

interface Escaping {
  readonly escaped: (key: string) => string;
  readonly unescaped: (text: string) => string;
}

/** Characters of an escaped byte, and of a hash. */
const DIGITS = /^[0-9A-F]$/;
const BASE64URL = /^[\w-]$/;
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

function checkAllowed({ allowed, escape: mark = "%", maxBytes }: StoreKeys): void {
  if (allowed === undefined) return;
  checkOption(allowed instanceof RegExp, "keys.allowed", allowed, "must be a regular expression");
  const one = oneOf(allowed);
  const takes = (needed: RegExp): boolean => ASCII.every((each) => !needed.test(each) || one.test(each));
  checkOption(takes(DIGITS), "keys.allowed", allowed, "must allow 0-9, A-F: they stand for other characters");
  const isHashed = maxBytes !== undefined;
  const rule = "must allow A-Z a-z 0-9 _ -: a long key becomes a hash of these";
  checkOption(!isHashed || takes(BASE64URL), "keys.allowed", allowed, rule);
  checkOption(one.test(mark), "keys.escape", mark, "must be a character that `allowed` matches");
}

function oneOf(allowed: RegExp): RegExp {
  return new RegExp(`^(?:${allowed.source})$`, `${allowed.flags.replace(/[gyuv]/g, "")}u`);
}

/** Without rules a key stays as it is, but for one that begins with the mark. */
function escaping(allowed: RegExp | undefined, mark: string): Escaping {
  const inHex = (text: string): string =>
    Buffer.from(text).toString("hex").toUpperCase().replace(/../g, `${mark}$&`);
  const atStart = inHex(mark);
  if (allowed === undefined)
    return {
      escaped: (key) => (key.startsWith(mark) ? atStart + key.slice(1) : key),
      unescaped: (text) => (text.startsWith(atStart) ? mark + text.slice(atStart.length) : text),
    };
  const one = oneOf(allowed);
  const isAllowed = (character: string): boolean => character !== mark && one.test(character);
  const runs = new RegExp(`(?:[${mark.replace(/[\\\]^-]/, "\\$&")}][0-9A-F]{2})+`, "g");
  return {
    escaped: (key) => {
      let text = "";
      for (const character of key) text += isAllowed(character) ? character : inHex(character);
      return text;
    },
    unescaped: (text) => text.replace(runs, (run) => Buffer.from(run.replaceAll(mark, ""), "hex").toString()),
  };
}
