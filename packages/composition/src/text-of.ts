import type { KeyLike } from "@hitbox/core";

/** Equal keys have equal text. What is no key has none, and the tiers refuse it. */
export function textOf(key: KeyLike): string {
  return typeof key === "string" ? key : (key?.text ?? "");
}
