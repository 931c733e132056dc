import { BackendError, encodeEnvelope, type StoredValue } from "@hitbox/core";

/** LMDB keeps values of up to 2^31 − 1 bytes. */
const MAX_ENVELOPE_BYTES = 0x7fff_ffff - 16;

/** @throws BackendError `too-large` for an entry that LMDB does not take. */
export function encode(value: StoredValue): Uint8Array {
  const bytes = encodeEnvelope(value);
  if (bytes.byteLength <= MAX_ENVELOPE_BYTES) return bytes;
  const message = `entry of ${bytes.byteLength} bytes is over LMDB's limit of ${MAX_ENVELOPE_BYTES}`;
  throw new BackendError("too-large", message);
}
