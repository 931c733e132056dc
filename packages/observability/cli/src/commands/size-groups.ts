import { freshness } from "@hitbox/core";
import type { FoundEntry } from "../store/entries.ts";

/** Entries whose keys begin alike. */
export interface Group {
  readonly prefix: string;
  readonly entries: number;
  /** Bytes of the payloads. */
  readonly stored: number;
  /** Bytes of the payloads before compression. */
  readonly decoded: number;
  readonly stale: number;
  readonly unreadable: number;
  /** Milliseconds until half of the entries have ended; null if they have no end. */
  readonly medianLeftMs: number | null;
}

/** Most groups; keys of further ones are counted under "(others)". */
const MOST_GROUPS = 1_000;
/** Most lives of a group that its median is made of. */
const MOST_LIVES = 10_000;

class Counts {
  entries = 0;
  stored = 0;
  decoded = 0;
  stale = 0;
  unreadable = 0;
  readonly left: number[] = [];
}

export class Groups {
  readonly #depth: number;
  readonly #now: number;
  readonly #groups = new Map<string, Counts>();
  readonly #total = new Counts();

  constructor(depth: number, now: number) {
    this.#depth = depth;
    this.#now = now;
  }

  add(found: FoundEntry): void {
    // Gone since it was listed.
    if (found.stored === undefined && found.error === undefined) return;
    for (const counts of [this.#of(found.key), this.#total]) this.#count(counts, found);
  }

  /** The largest first. */
  sorted(): Group[] {
    const groups = [...this.#groups].map(([prefix, counts]) => groupOf(prefix, counts));
    return groups.toSorted((one, other) => other.stored - one.stored);
  }

  total(): Group {
    return groupOf("total", this.#total);
  }

  #of(key: string): Counts {
    // A key of several elements is a JSON array.
    const separator = key.startsWith("=[") ? "," : ":";
    const start = key.split(separator, this.#depth).join(separator);
    const isNew = !this.#groups.has(start);
    const name = isNew && this.#groups.size >= MOST_GROUPS ? "(others)" : start;
    const counts = this.#groups.get(name) ?? new Counts();
    this.#groups.set(name, counts);
    return counts;
  }

  #count(counts: Counts, { stored }: FoundEntry): void {
    counts.entries += 1;
    if (stored === undefined) {
      counts.unreadable += 1;
      return;
    }
    counts.stored += stored.payload.byteLength;
    counts.decoded += stored.decodedBytes ?? stored.payload.byteLength;
    if (freshness(stored, this.#now) === "stale") counts.stale += 1;
    const { expiresAt = Number.POSITIVE_INFINITY } = stored;
    if (counts.left.length < MOST_LIVES) counts.left.push(expiresAt - this.#now);
  }
}

function groupOf(prefix: string, { left, ...counts }: Counts): Group {
  const middle = left.toSorted((one, other) => one - other)[Math.floor(left.length / 2)];
  const hasEnd = middle !== undefined && Number.isFinite(middle);
  return { prefix, ...counts, medianLeftMs: hasEnd ? middle : null };
}
