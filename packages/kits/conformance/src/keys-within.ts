import type { Opened } from "./scene.ts";

/** The keys that the declared limit allows, in the form in which the adapter gets them. */
export function keysWithin(opened: Opened, keys: readonly string[]): readonly string[] {
  const { maxKeyBytes = Number.POSITIVE_INFINITY } = opened.supports;
  return keys.filter((key) => encodedBytes(opened, key) <= maxKeyBytes);
}

/** Bytes of a key as the adapter gets it. The tiers of a composition are unknown: the key's text counts. */
export function encodedBytes({ raw }: Opened, key: string): number {
  return Buffer.byteLength(raw?.keyFormat.encode(key) ?? key);
}
