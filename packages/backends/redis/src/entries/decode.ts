import { BackendError, decodeEnvelope, type StoredValue, withoutLease } from "@hitbox/core";
import { isRevoked } from "./entry-write.ts";

/** The entry in a value, under a lease or not. A lease over no entry is a miss. */
export function decode(bytes: Buffer | null): StoredValue | undefined {
  if (bytes === null || isRevoked(bytes)) return undefined;
  const envelope = withoutLease(bytes);
  return envelope && decodeEnvelope(envelope);
}

/** The same in a batch: an entry that cannot be read becomes its error. */
export function decodeApart(bytes: Buffer | null): StoredValue | BackendError | undefined {
  try {
    return decode(bytes);
  } catch (error) {
    if (BackendError.is(error)) return error;
    throw error;
  }
}
