import { createHash } from "node:crypto";
import type { KeyFormat } from "../key-format.ts";

/**
 * 43 characters whatever the key's length: SHA-256 (FIPS 180-4) of its UTF-8 text in base64url (RFC 4648,
 * section 5). For stores that limit keys. Not reversible; two keys sharing a hash is not a practical concern.
 */
export function hashed(): KeyFormat {
  return HASHED;
}

/** A byte that no UTF-8 text has: what follows it is UTF-16. */
const NOT_UTF8 = Buffer.from([0xff]);

const HASHED: KeyFormat = Object.freeze<KeyFormat>({
  id: "hashed",
  encode: (key) => createHash("sha256").update(bytesOf(key)).digest("base64url"),
});

/** UTF-8 has one character for all lone surrogates, so that keys with different ones would be one key. */
function bytesOf(key: string): string | Buffer {
  return key.isWellFormed() ? key : Buffer.concat([NOT_UTF8, Buffer.from(key, "utf16le")]);
}
