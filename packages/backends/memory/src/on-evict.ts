import type { AdapterParts } from "@hitbox/core";
import type { EvictReason, Stored } from "./entries.ts";

/**
 * Told of an entry that has left. `evicted`: for lack of room, before its end. `expired`: for lack of room,
 * after its end. `replaced`: by a newer entry. `deleted`: by a delete, a clear or a close.
 */
export type OnEvict = (key: string, value: unknown, reason: EvictReason) => void;

/**
 * Calls `onEvict` with the key and the data as a reader has them. An error of `onEvict` becomes a warning.
 */
export function toldOf(
  onEvict: OnEvict,
  { label, keyFormat, valueFormat, compressor }: AdapterParts<unknown>,
): (key: string, stored: Stored, reason: EvictReason) => void {
  const dataOf = ({ payload, compressor: id, decodedBytes = 0 }: Stored): unknown =>
    valueFormat.deserialize(
      id === undefined ? payload : compressor.decompress(payload as Uint8Array, decodedBytes),
    );
  return (key, stored, reason) => {
    try {
      onEvict(keyFormat.decode?.(key) ?? key, dataOf(stored), reason);
    } catch (error) {
      process.emitWarning(`${label}: onEvict failed: ${String(error)}`, { code: "HITBOX_ON_EVICT" });
    }
  };
}
