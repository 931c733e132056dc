import { BackendError, decodeEnvelope, type StoredValue, withoutLease } from "@hitbox/core";
import { classify } from "../connection/classify.ts";
import { safeError } from "../connection/safe-error.ts";
import { isRevoked } from "./entry-write.ts";

/** A value in a reply: null if there is none, an error if it is longer than any entry. */
export type Value = Buffer | Error | null;

/** The entry in a value, under a lease or not. A lease over no entry is a miss. */
export function decode(value: Value): StoredValue | undefined {
  if (value instanceof Error) throw failureOf(value);
  if (value === null || isRevoked(value)) return undefined;
  const envelope = withoutLease(value);
  return envelope && decodeEnvelope(envelope);
}

/** The same in a batch: an entry that cannot be read becomes its error. */
export function decodeApart(value: Value): StoredValue | BackendError | undefined {
  try {
    return decode(value);
  } catch (error) {
    if (BackendError.is(error)) return error;
    throw error;
  }
}

/** The failure of one entry in a batch. */
export function failureOf(error: unknown): BackendError {
  const cause = safeError(error);
  if (BackendError.is(cause)) return cause;
  return new BackendError(classify(cause) ?? "internal", cause.message, { cause });
}
