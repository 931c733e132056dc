import type { Format, StoredValue } from "@hitbox/core";
import { Estimator } from "./estimator.ts";
import { textBytes } from "./text-bytes.ts";

/** A live format whose values can be measured, so that `maxBytes` can bound them. */
export interface MeasuredFormat extends Format<unknown> {
  /** The value that `raw` holds in memory: its bytes are estimated. Nothing may change it later. */
  measurable(raw: unknown): unknown;
}

/**
 * An entry without key, tags and payload: places in the LRU cache and the expiry index, and the entry's own
 * object.
 */
export const ENTRY_BYTES = 300;
/** A payload of bytes besides the bytes themselves. */
const PAYLOAD_BYTES = 240;
const TAG_LIST_BYTES = 56;

/** How an entry's bytes are counted with this format; undefined if they cannot be. */
export function bytesCounter(
  format: Format<unknown>,
): ((key: string, stored: StoredValue<unknown>, limit: number) => number) | undefined {
  const payloadBytes = payloadCounter(format);
  if (payloadBytes === undefined) return undefined;
  return (key, { payload, tags }, limit) =>
    ENTRY_BYTES + textBytes(key) + tagBytes(tags) + payloadBytes(payload, limit);
}

/** Bytes of the largest payload that fits into `maxBytes`, under the shortest key. */
export function mostPayloadBytes(maxBytes: number): number {
  return Math.max(1, maxBytes - ENTRY_BYTES - PAYLOAD_BYTES - textBytes("k"));
}

function payloadCounter(format: Format<unknown>): ((payload: unknown, limit: number) => number) | undefined {
  if (format.kind === "bytes") return (payload) => PAYLOAD_BYTES + (payload as Uint8Array).byteLength;
  if (!("measurable" in format)) return undefined;
  const estimator = new Estimator();
  return (payload, limit) => estimator.bytesOf((format as MeasuredFormat).measurable(payload), limit);
}

function tagBytes(tags: readonly string[] | undefined): number {
  return tags === undefined ? 0 : tags.reduce((sum, tag) => sum + 8 + textBytes(tag), TAG_LIST_BYTES);
}
