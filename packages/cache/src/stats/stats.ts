import { spaceOf } from "../keys/space-of.ts";
import { SpaceStats } from "./space-stats.ts";

/** Counts since the cache was made. A key of a call for many counts as one call. */
export interface Counts {
  /** Calls answered with a fresh value of a tier. */
  readonly hits: number;
  /** Calls answered with a stale value. */
  readonly stale: number;
  /** Calls that found nothing to answer with, and calls that had their value loaded. */
  readonly misses: number;
  /** Calls that waited for the load of another call, in this process or another. */
  readonly collapsed: number;
  /** Runs of a loader that have ended, in the background too. */
  readonly loads: number;
  /** Of `loads`, those that failed or were given up. */
  readonly failures: number;
  /**
   * Milliseconds of loading that callers were spared: hits, stale answers and collapsed calls, times the mean
   * of the loads of that namespace or entity in this process. 0 as long as this process has loaded none.
   */
  readonly savedMs: number;
}

export interface CacheStats extends Counts {
  /**
   * By path: `""` for the cache itself, `"shop"` for a namespace, `"shop/user.v3"` for an entity in it. At
   * most 1,000; the rest is counted together, as `"*"`.
   */
  readonly spaces: ReadonlyMap<string, Counts>;
}

const MOST_SPACES = 1_000;
const COUNTS = ["hits", "stale", "misses", "collapsed", "loads", "failures", "savedMs"] as const;

/** The counts of all namespaces and entities of a cache. */
export class Stats {
  readonly #spaces = new Map<string, SpaceStats>();
  readonly #rest = new SpaceStats({ namespace: "*", entity: "*" });

  /** Those of the space whose keys begin with `text`. */
  of(text: string): SpaceStats {
    const known = this.#spaces.get(text);
    if (known !== undefined) return known;
    if (this.#spaces.size >= MOST_SPACES) return this.#rest;
    const stats = new SpaceStats(spaceOf(text));
    this.#spaces.set(text, stats);
    return stats;
  }

  /** Of the space and all spaces within it. */
  report(text: string): CacheStats {
    const spaces = new Map<string, Counts>();
    for (const [space, stats] of this.#spaces)
      if (space.startsWith(text)) spaces.set(pathOf(space), sumOf([stats]));
    if (text === "" && this.#spaces.size >= MOST_SPACES) spaces.set("*", sumOf([this.#rest]));
    return { ...sumOf([...spaces.values()]), spaces };
  }
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = (name: keyof Counts): number => all.reduce((total, counts) => total + counts[name], 0);
  return Object.fromEntries(COUNTS.map((name) => [name, sum(name)])) as unknown as Counts;
}

/** `@shop:@user.v3:` as `shop/user.v3`. */
function pathOf(space: string): string {
  return space.slice(1, -1).replaceAll(":@", "/");
}
