import { checkOption, type KeyLike } from "@hitbox/core";

/** The text of a key that has been checked. Equal keys have equal texts. */
export function textOf(key: KeyLike): string {
  return typeof key === "string" ? key : key.text;
}

/** Checks that a key has a text. The tiers check the text. @throws TypeError */
export function checkKey(key: KeyLike): void {
  const text = typeof key === "string" ? key : key?.text;
  if (typeof text !== "string" || text === "") refuse(key);
}

/** The text of a key of a batch. A wrong key fails before anything of the batch is sent. @throws TypeError */
export function checkedTextOf(key: KeyLike): string {
  checkKey(key);
  const text = textOf(key);
  if (!text.isWellFormed()) refuse(key);
  return text;
}

function refuse(key: unknown): never {
  checkOption(false, "key", key, "must be a cacheKey or a string, not empty and well-formed");
}
