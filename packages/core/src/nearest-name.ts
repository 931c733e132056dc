import { OTHER_NAMES } from "./other-names.ts";

/** The one of `names` that somebody who wrote `name` most likely meant; undefined if none is like it. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const meant = OTHER_NAMES.get(lower)?.find((known) => names.includes(known));
  if (meant !== undefined) return meant;
  const ranked = names
    .map((known) => ({ known, edits: editsBetween(lower, known.toLowerCase()) }))
    .sort((one, other) => one.edits - other.edits);
  const [best] = ranked;
  if (best && best.edits <= Math.max(1, Math.floor(lower.length / 3))) return best.known;
  return ranked.find(({ known }) => abbreviates(lower, known.toLowerCase()))?.known;
}

/** The one of `names` that `name` is with a wrong letter or two, or with other capitals. */
export function misspelt(name: string, names: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const most = lower.length < 3 ? 0 : Math.min(2, Math.ceil(lower.length / 6));
  return names.find((known) => editsBetween(lower, known.toLowerCase()) <= most);
}

/** True if `short` is `long` with letters left out, as `db` is of `database`. */
function abbreviates(short: string, long: string): boolean {
  if (short[0] !== long[0]) return false;
  let found = 0;
  for (const letter of long) if (letter === short[found]) found += 1;
  return found === short.length;
}

/** Letters to insert, remove or replace (Levenshtein's distance). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at++) {
      const replaced = (row[at] ?? 0) + (letter === other[at] ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
