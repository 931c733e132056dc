import type { BackendSupports } from "@hitbox/core";

/** LMDB keeps values of up to 2^31 − 1 bytes. The rest is for the envelope's header, with tags. */
const MAX_PAYLOAD_BYTES = 0x7fff_0000;

export const SUPPORTS: BackendSupports = Object.freeze({
  expiry: "lazy",
  shared: true,
  persistent: true,
  readMany: false,
  writeMany: false,
  removeMany: false,
  // LMDB takes 1,978; a row that says when the entry expires has 8 bytes before the key.
  maxKeyBytes: 1_970,
  maxValueBytes: MAX_PAYLOAD_BYTES,
  clear: true,
  lease: true,
  keys: true,
});
