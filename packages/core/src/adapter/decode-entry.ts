import { BackendError } from "../backend-error.ts";
import { decodeEnvelope } from "../envelope/envelope.ts";
import { withoutLease } from "../envelope/lease-header.ts";
import type { StoredValue } from "../stored-value.ts";
import { checkBytes } from "./check-bytes.ts";

/**
 * The entry in some bytes of a store, under a lease or not. A lease over no entry is a miss.
 *
 * @throws BackendError `corrupt` for anything but an entry: a store may hold other things, such as texts.
 */
export function decodeEntry(bytes: Uint8Array | undefined): StoredValue | undefined {
  if (bytes === undefined) return undefined;
  const envelope = withoutLease(checkBytes(bytes));
  return envelope && decodeEnvelope(envelope);
}

/** The same for one key of a batch, whose entry fails alone if it cannot be read. */
export function decodeApart<Found>(
  found: Found,
  decode: (found: Found) => StoredValue | undefined,
): StoredValue | BackendError | undefined {
  try {
    return decode(found);
  } catch (error) {
    if (BackendError.is(error)) return error;
    throw error;
  }
}
