import { checkOption } from "@hitbox/core";

/** Most tags of an entry, unless the option `maxTags` says otherwise. */
export const MOST_TAGS = 64;
/** Most bytes of a tag, as UTF-8. */
export const MOST_TAG_BYTES = 256;

/** A copy without repetitions, which the caller cannot change later. @throws TypeError for a wrong name. */
export function checkTagNames(tags: readonly string[]): readonly string[] {
  checkTags(tags);
  return [...new Set(tags)];
}

/**
 * Checks without a copy: every call with options does, also one that is a hit. @throws TypeError for a wrong
 * name.
 */
export function checkTags(tags: readonly string[]): void {
  if (!Array.isArray(tags)) checkOption(false, "tags", tags, LIST_RULE);
  for (const tag of tags) if (!isTagName(tag)) checkOption(false, "tags", tag, RULE);
}

/**
 * Checks the number of tags of one entry, the cache's defaults included. @throws TypeError if there are too
 * many.
 */
export function checkTagCount(tags: readonly string[], max: number): readonly string[] {
  if (tags.length > max) checkOption(false, "tags", tags.length, `must be at most ${max} (see \`maxTags\`)`);
  return tags;
}

const LIST_RULE = 'must be an array of strings, such as ["users"]';
const RULE = `must be well-formed strings of 1 to ${MOST_TAG_BYTES} bytes that do not begin with "%"`;

function isTagName(tag: unknown): boolean {
  if (typeof tag !== "string" || tag === "" || tag.charCodeAt(0) === 37 || !tag.isWellFormed()) return false;
  // A character takes three bytes at most: short tags need no counting.
  return tag.length * 3 <= MOST_TAG_BYTES || Buffer.byteLength(tag) <= MOST_TAG_BYTES;
}
