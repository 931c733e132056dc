import { type BackendError, isRefusal as isRefusalError } from "@hitbox/core";
import type { Settled } from "../settle.ts";

/** The tier is well; it is the value that it cannot hold, now or later. */
export function isRefusal(
  settled: Settled<void>,
): settled is { readonly ok: false; readonly error: BackendError } {
  return !settled.ok && isRefusalError(settled.error);
}
