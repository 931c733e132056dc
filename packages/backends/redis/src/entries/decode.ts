import { BackendError, type StoredValue } from "@hitbox/core";
import { decodeEntry } from "@hitbox/core/tier";
import { classify } from "../connection/classify.ts";
import { safeError } from "../connection/safe-error.ts";
import { isRevoked } from "./entry-write.ts";

/** A value in a reply: null if there is none, an error if it is longer than any entry. */
export type Value = Buffer | Error | null;

/** The entry in a value, under a lease or not. A lease over no entry is a miss. */
export function decode(value: Value): StoredValue | undefined {
  if (value instanceof Error) throw failureOf(value);
  return value === null || isRevoked(value) ? undefined : decodeEntry(value);
}

/** The failure of one entry in a batch. */
export function failureOf(error: unknown): BackendError {
  const cause = safeError(error);
  if (BackendError.is(cause)) return cause;
  return new BackendError(classify(cause) ?? "internal", cause.message, { cause });
}
