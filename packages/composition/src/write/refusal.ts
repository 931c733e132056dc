import type { BackendError, ErrorCode } from "@hitbox/core";
import type { Settled } from "../settle.ts";

const REFUSALS: ReadonlySet<ErrorCode> = new Set(["serialization", "compression", "too-large"]);

/** The tier is well; it is the value that it cannot hold, now or later. */
export function isRefusal(
  settled: Settled<void>,
): settled is { readonly ok: false; readonly error: BackendError } {
  return !settled.ok && REFUSALS.has(settled.error.code);
}
