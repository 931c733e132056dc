import { hasRecord } from "./entry-tags.ts";

/**
 * Most tags of the cache's own that have a record: as deep as spaces that can be cleared may lie in each
 * other.
 */
const MOST_SPACES = 64;
/** @throws TypeError for a space that would lie too deep. */
export function checkSpaces(internalTags: readonly string[], name: string): void {
  if (internalTags.filter(hasRecord).length < MOST_SPACES) return;
  throw new TypeError(
    `namespace ${name} can not be cleared: at most ${MOST_SPACES} namespaces that can be lie in each other`,
  );
}

/** Most marks of an entry, such as `%none`. */
const MOST_MARKS = 8;

/**
 * True if a stored entry has more tags than any entry may have that was stored with `maxTags`. Looks at few
 * of them.
 */
export function hasTooManyTags(tags: readonly string[], maxTags: number): boolean {
  if (tags.length <= maxTags) return false;
  const most = maxTags + MOST_SPACES;
  // Each tag has a stamp at most.
  if (tags.length > 2 * most + MOST_MARKS) return true;
  let given = 0;
  for (const tag of tags) if (tag.charCodeAt(0) !== 37) given += 1;
  return given > maxTags;
}
