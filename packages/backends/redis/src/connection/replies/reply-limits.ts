import { LEASE_HEADER_BYTES } from "@hitbox/core";
import type { ReplyLimits } from "./reply-filter.ts";

const MIB = 1024 * 1024;

/** Room for an entry's times and tags, besides its payload. */
export const METADATA_BYTES: number = MIB;
/** Bytes of one batch, at least. */
const BATCH_BYTES = 128 * MIB;

/** Limits of replies with entries whose payloads have up to `maxValueBytes`. */
export function replyLimits(maxValueBytes: number): ReplyLimits {
  const string = maxValueBytes + METADATA_BYTES + LEASE_HEADER_BYTES;
  return { string, reply: Math.max(1.5 * string, BATCH_BYTES) };
}

/** Limits of messages on a subscription. The bus reads none that is longer. */
export const MESSAGE_LIMITS: ReplyLimits = Object.freeze({ string: 16 * MIB, reply: 32 * MIB });
