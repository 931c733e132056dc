import type { Keys } from "../../connection/own-changes.ts";

/** The only version that is understood. A message of another version is unreadable. */
const VERSION = 1;

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

/** Undefined if it cannot be read. */
export function decodeMessage(bytes: unknown): BusMessage | undefined {
  try {
    const message = JSON.parse(String(bytes)) as BusMessage & { readonly v: number };
    return message.v === VERSION && isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isMessage({ from, seq, every, keys }: BusMessage): boolean {
  const areKeys = keys === undefined || keys === "all" || isStrings(keys);
  return typeof from === "string" && Number.isSafeInteger(seq) && seq >= 0 && every > 0 && areKeys;
}

function isStrings(keys: unknown): boolean {
  return Array.isArray(keys) && keys.every((key) => typeof key === "string");
}
