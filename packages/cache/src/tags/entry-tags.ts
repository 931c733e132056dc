// Tags of an entry as they are stored: the caller's tags, then the cache's own (spaces, then marks),
// then one stamp for each tag that has a record, in the order of these tags. The cache's own begin with "%",
// which no tag of a caller does.

const OWN = 37; // "%"
const SPACE = 115; // "s", of "%space:"
const STAMP = 61; // "=", of "%=" + stamp

/** What every stamp in a list of tags begins with. */
export const STAMP_MARK = "%=";

/** The tag of a whole space, which can be cleared by it. The cache's other own tags have no record. */
export function spaceTag(space: string): string {
  return `%space:${space}`;
}

/** True if a tag can be invalidated. Marks and stamps cannot. */
export function hasRecord(tag: string): boolean {
  return tag.charCodeAt(0) !== OWN || tag.charCodeAt(1) === SPACE;
}

export function isStamp(tag: string): boolean {
  return tag.charCodeAt(0) === OWN && tag.charCodeAt(1) === STAMP;
}

/**
 * True if there are marks, which say what the entry is of. They stand last before the stamps: a look at one
 * tag is enough, which every tagged hit takes.
 */
export function hasMarks(tags: readonly string[]): boolean {
  const last = tags[firstStamp(tags) - 1];
  return last !== undefined && last.charCodeAt(0) === OWN && last.charCodeAt(1) !== SPACE;
}

/** The tags that a caller has given, for public answers. */
export function namesOf(tags: readonly string[] | undefined): readonly string[] {
  return tags === undefined ? [] : tags.filter((tag) => tag.charCodeAt(0) !== OWN);
}

/** Index of the first stamp; the length of the list if there is none. */
export function firstStamp(tags: readonly string[]): number {
  let index = tags.length;
  while (index > 0 && isStamp(tags[index - 1] as string)) index -= 1;
  return index;
}

/** The stamps of an entry, in the order of its tags that have a record. */
export function stampsOf(tags: readonly string[]): readonly string[] {
  return tags.slice(firstStamp(tags));
}
