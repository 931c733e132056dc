import { createHash } from "node:crypto";
import type { KeyFormat } from "../key-format.ts";

/**
 * 43 characters whatever the key's length: SHA-256 (FIPS 180-4) of its UTF-8 text in base64url (RFC 4648,
 * section 5). For stores that limit keys. Not reversible; two keys sharing a hash is not a practical concern.
 */
export function hashed(): KeyFormat {
  return HASHED;
}

const HASHED: KeyFormat = Object.freeze<KeyFormat>({
  id: "hashed",
  encode: (key) => createHash("sha256").update(key, "utf8").digest("base64url"),
});
