import { checkOption } from "@hitbox/core";

/** Ends the prefix in a store key. */
const SEPARATOR = "::";

/**
 * `${prefix}::`. No prefix holds the separator or runs into it, so the first separator in a store key ends
 * the prefix. Entries of different prefixes never meet, whatever their keys hold.
 *
 * @throws TypeError if `prefix` is empty, malformed, contains "::" or ends with ":".
 */
export function keyspace(prefix: string): string {
  const isText = typeof prefix === "string" && prefix !== "" && prefix.isWellFormed();
  checkOption(isText, "prefix", prefix, "must be a string, not empty and well-formed");
  const ends = !prefix.includes(SEPARATOR) && !prefix.endsWith(":");
  checkOption(ends, "prefix", prefix, 'must not contain "::" nor end with ":"');
  return prefix + SEPARATOR;
}

/** The SCAN pattern of all keys that start with `start` (https://redis.io/docs/latest/commands/keys/). */
export function startingWith(start: string): string {
  return `${start.replace(/[*?[\]\\^-]/g, "\\$&")}*`;
}
