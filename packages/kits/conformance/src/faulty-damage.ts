import { checkOption, type StoredValue } from "@hitbox/core";
import { bitFlipsOf } from "./damage.ts";
import { seededRandom } from "./sample.ts";

/** A copy of `stored` with its payload damaged; an empty payload stays as it is. */
export function damaged<Raw>(
  stored: StoredValue<Raw>,
  how: "corrupt" | "truncate",
  seed: number,
): StoredValue<Raw> {
  const payload: unknown = stored.payload;
  checkOption(payload instanceof Uint8Array, how, payload, "needs a format that makes bytes, such as json()");
  if (payload.byteLength === 0) return stored;
  const spoilt = how === "corrupt" ? flipped(payload, seed) : cut(payload, seed);
  const { format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs } = stored;
  return {
    payload: spoilt as Raw,
    ...{ format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs },
  };
}

function flipped(payload: Uint8Array, seed: number): Uint8Array {
  const copies = [...bitFlipsOf(payload, 3, seed)];
  const copy = copies[seed % 3] as Uint8Array;
  // Of two flips the second may undo the first.
  return copy.some((byte, index) => byte !== payload[index]) ? copy : (copies[0] as Uint8Array);
}

function cut(payload: Uint8Array, seed: number): Uint8Array {
  return payload.slice(0, Math.floor(seededRandom(seed)() * payload.byteLength));
}
