import { BackendError, isRefusal } from "@hitbox/core";

/**
 * True if the key or the value is at fault, or the cache is closed: then nothing of it can have been stored.
 */
export function isRefused(error: unknown): boolean {
  if (!BackendError.is(error)) return true;
  return isRefusal(error) || error.code === "unsupported" || error.code === "closed";
}
