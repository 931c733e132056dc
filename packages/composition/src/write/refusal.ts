import { type BackendError, isRefusal as isRefusalError } from "@hitbox/core";
import type { Settled } from "../settle.ts";

/** Throws the failure of a tier. A tier that refuses the value is well. */
export function throwFailure(settled: Settled<void>): void {
  if (!settled.ok && !isRefusalError(settled.error)) throw settled.error;
}

/** The tier is well; it is the value that it cannot hold, now or later. */
export function isRefusal(
  settled: Settled<void>,
): settled is { readonly ok: false; readonly error: BackendError } {
  return !settled.ok && isRefusalError(settled.error);
}
