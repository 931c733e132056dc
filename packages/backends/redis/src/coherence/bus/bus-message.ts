import type { Keys } from "../../connection/own-changes.ts";

/** The only version that is understood. A message of another version is unreadable. */
const VERSION = 1;
/** Keys of one message at most. */
export const KEYS_PER_MESSAGE = 1_000;
/** Longer messages are not read: anyone may publish, and parsing blocks the event loop. */
const MAX_BYTES = 16 * 2 ** 20;
/** A sender's name is a UUID. Names are remembered. */
const MAX_NAME = 64;

/** A message on the bus: JSON, with `v` for the version. */
export interface BusMessage {
  /** The sender, for as long as it lives. */
  readonly from: string;
  /** How many messages with keys it has sent, this one included. */
  readonly seq: number;
  /** Milliseconds after which the sender sends a message again, at least a sign of life. */
  readonly every: number;
  /** The keys that have been changed. Without them the message is a sign of life. */
  readonly keys?: Keys;
  /** It was the last message. */
  readonly bye?: true;
}

export function encodeMessage(message: BusMessage): string {
  return JSON.stringify({ v: VERSION, ...message });
}

/** Undefined if it cannot be read, or is out of bounds. */
export function decodeMessage(bytes: unknown): BusMessage | undefined {
  try {
    if (!Buffer.isBuffer(bytes) || bytes.length > MAX_BYTES) return undefined;
    const message = JSON.parse(String(bytes)) as BusMessage & { readonly v: number };
    return message.v === VERSION && isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isMessage({ from, seq, every, keys }: BusMessage): boolean {
  const areKeys = keys === undefined || keys === "all" || areStrings(keys);
  return isName(from) && Number.isSafeInteger(seq) && seq >= 0 && isPace(every) && areKeys;
}

function isName(from: unknown): boolean {
  return typeof from === "string" && from.length <= MAX_NAME;
}

function isPace(every: unknown): boolean {
  return typeof every === "number" && every > 0 && every < 2 ** 31;
}

function areStrings(keys: unknown): boolean {
  return (
    Array.isArray(keys) && keys.length <= KEYS_PER_MESSAGE && keys.every((key) => typeof key === "string")
  );
}
