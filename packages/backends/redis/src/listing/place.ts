import { createHash } from "node:crypto";
import { checkOption } from "@hitbox/core";

/** A place in the listing of a cluster. */
export interface Place {
  readonly round: number;
  /** A digest of the masters and their slots as the round began; empty if they were on the move. */
  readonly slots: string;
  /** The master that is scanned. */
  readonly address: string;
  /** Its cursor. */
  readonly scan: string;
}

export function cursorOf({ round, slots, address, scan }: Place): string {
  return JSON.stringify([round, slots, address, scan]);
}

export function placeOf(cursor: string): Place {
  const [round, slots, address, scan] = JSON.parse(cursor) as [number, string, string, string];
  const isPlace = [slots, address, scan].every((part) => typeof part === "string");
  checkOption(isPlace, "cursor", cursor, "must be one that a page came with");
  return { round, slots, address, scan };
}

export function digest(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("base64url");
}
