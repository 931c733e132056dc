import { Refusal } from "../http/refusal.ts";

/** Keys of the cache's own records, such as those of tags. They are neither shown nor deleted. */
export function isOwnKey(key: string): boolean {
  return key.startsWith("%");
}

/** @throws Refusal for the key of a record of the cache's own. */
export function checkKey(key: string): string {
  if (isOwnKey(key)) throw new Refusal(400, "Keys that begin with % are records of the cache itself.");
  return key;
}
