/*
 * V8 finds the keys of a Map or Set by their hashes. The hashes of numbers and bigints are the same in every
 * process, so an attacker can choose 65,000 numbers with one hash: inserting them takes 6 seconds. No program
 * can ask V8 for a hash, but such keys give themselves away by the time that they take to insert, again and
 * again.
 */
const SLICE = 512;
const TRIES = 4;
/**
 * Inserting a slice takes 0.05 ms with keys of different hashes. 700 keys of one hash take 1 ms for the next
 * slice.
 */
const SUSPECT_MS = 1;

/**
 * The target to fill: `insert` and `remove` get the position of an entry, and may be called again for the
 * same one.
 */
export interface Watched {
  insert(index: number): void;
  remove(index: number): void;
}

/**
 * Fills a Map or Set with `count` entries that may come from an attacker.
 *
 * @throws RangeError for keys that were chosen to share one hash.
 */
export function fillWatched(count: number, filled: Watched): void {
  for (let start = 0; start < count; start += SLICE) {
    const end = Math.min(start + SLICE, count);
    if (timeToInsert(filled, start, end) > SUSPECT_MS && isSlowAgain(filled, start, end))
      throw new RangeError("the keys of a Map or Set were chosen to share one hash");
  }
}

/** A pause of the process slows one try down, or two: the quickest try counts. */
function isSlowAgain(filled: Watched, start: number, end: number): boolean {
  for (let tries = 0; tries < TRIES; tries++) {
    for (let index = start; index < end; index++) filled.remove(index);
    if (timeToInsert(filled, start, end) <= SUSPECT_MS) return false;
  }
  return true;
}

function timeToInsert(filled: Watched, start: number, end: number): number {
  if (end - start < SLICE) {
    for (let index = start; index < end; index++) filled.insert(index);
    return 0;
  }
  const started = performance.now();
  for (let index = start; index < end; index++) filled.insert(index);
  return performance.now() - started;
}
