import { decodeEnvelope } from "../envelope/envelope.ts";
import { decodeLeased, encodeLeased, type Leased, newFence } from "../envelope/lease-header.ts";
import { FENCE_MS, type StoredLease } from "../lease.ts";
import type { StoredValue } from "../stored-value.ts";
import { checkBytes } from "./check-bytes.ts";

/** The bytes under a key; undefined if there are none. */
type Found = Uint8Array | undefined;

/** An answer, and the bytes to be stored for it, if any. */
export interface Decision<R> {
  readonly answer: R;
  readonly bytes?: Uint8Array | undefined;
  /** When the bytes are to end, in epoch milliseconds. Undefined: never. */
  readonly until?: number | undefined;
}

/** The lease of a key, for a caller who asks for `ms` of it. */
export function decideLease(found: Found, ms: number, now: number): Decision<StoredLease> {
  const { leased, bytes } = partsOf(found);
  const fence = leased?.fence ?? newFence();
  // First, so that nothing is written over an entry that cannot be read.
  const entry = bytes && decodeEnvelope(bytes);
  if (leased && !isOver(leased.until, now)) return { answer: { fence, granted: false, entry } };
  const live = entry === undefined || hasEnded(entry, now) ? undefined : entry;
  const until = now + ms;
  return {
    answer: { fence, granted: true, entry },
    bytes: encodeLeased({ fence, until, entry: live && bytes }),
    until: endOf(live, now, until),
  };
}

/** True if a write under the fence may replace the bytes. */
export function holdsFence(found: Found, fence: string): boolean {
  return partsOf(found).leased?.fence === fence;
}

/** The end of a lease. Its fence stays: a write under the fence may be on its way. */
export function decideRelease(found: Found, fence: string, now: number): Decision<void> {
  const { leased, bytes } = partsOf(found);
  if (leased?.fence !== fence) return { answer: undefined };
  const until = endOf(bytes && decodeEnvelope(bytes), now, now);
  return { answer: undefined, bytes: encodeLeased({ fence, until: 0, entry: bytes }), until };
}

function partsOf(found: Found): { readonly leased: Leased | undefined; readonly bytes: Found } {
  const leased = found === undefined ? undefined : decodeLeased(checkBytes(found));
  return { leased, bytes: leased ? leased.entry : found };
}

/**
 * True also for a lease from before the clock was set back. None is longer than `FENCE_MS`; the other half is
 * for callers whose clocks are behind that of the caller who has the lease.
 */
function isOver(until: number, now: number): boolean {
  return until <= now || until > now + 2 * FENCE_MS;
}

function hasEnded({ expiresAt }: StoredValue, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** When the bytes are to end: with the entry, but not before the lease; without an entry, with the fence. */
function endOf(entry: StoredValue | undefined, now: number, until: number): number | undefined {
  if (entry === undefined) return now + FENCE_MS;
  return entry.expiresAt === undefined ? undefined : Math.max(entry.expiresAt, until);
}
