import { checkOption, type KeyLike } from "@hitbox/core";

/** Equal keys have equal text. What is no key has none, and the tiers refuse it. */
export function textOf(key: KeyLike): string {
  return typeof key === "string" ? key : (key?.text ?? "");
}

/** The text of a key of a batch. A wrong key fails before anything of the batch is sent. @throws TypeError */
export function checkedTextOf(key: KeyLike): string {
  const text = textOf(key);
  const ok = typeof text === "string" && text !== "" && text.isWellFormed();
  checkOption(ok, "key", key, "must be a cacheKey or a string, not empty and well-formed");
  return text;
}
