import type { City } from "./city.ts";
import type { NearestQuery } from "./nearest.ts";

export interface LoadSettings {
  readonly requests: number;
  /** Distinct queries, each for a real city's place. */
  readonly places: number;
  /** The same seed makes the same load. */
  readonly seed: number;
}

export interface Load {
  readonly queries: readonly NearestQuery[];
  /** Indexes into `queries`, in the order in which they are asked. */
  readonly picks: readonly number[];
}

/** How unequal the load is: the k-th most popular query is asked in proportion to 1 / k^1.1. */
export const ZIPF_EXPONENT = 1.1;

const COUNTS: readonly number[] = [1, 3, 5, 10];

/** A load that looks like users: places drawn by population, asked for by Zipf's law. */
export function makeLoad(cities: readonly City[], { requests, places, seed }: LoadSettings): Load {
  const random = seededRandom(seed);
  const queries = drawByPopulation(cities, places, random).map(({ lat, lon }) => ({
    lat,
    lon,
    n: COUNTS[Math.floor(random() * COUNTS.length)] as number,
  }));
  const pick = zipf(queries.length, ZIPF_EXPONENT, random);
  return { queries, picks: Array.from({ length: requests }, pick) };
}

/** Numbers from 0 (inclusive) to 1 (exclusive): xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003). */
export function seededRandom(seed: number): () => number {
  // Zero is the one state that xorshift never leaves; the multiplier sets close seeds apart.
  let state = Math.imul(seed, 0x9e37_79b1) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Ranks from 0 to `count` − 1, rank k with a probability in proportion to 1 / (k + 1)^exponent. */
export function zipf(count: number, exponent: number, random: () => number): () => number {
  let sum = 0;
  const upTo = Array.from({ length: count }, (_, rank) => {
    sum += 1 / (rank + 1) ** exponent;
    return sum;
  });
  return () => {
    const at = random() * sum;
    return Math.min(count - 1, firstAbove(upTo, at));
  };
}

function firstAbove(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Without replacement, larger cities sooner (P. Efraimidis and P. Spirakis, "Weighted random sampling", 2006). */
function drawByPopulation(cities: readonly City[], count: number, random: () => number): City[] {
  return cities
    .filter(({ population }) => population > 0)
    .map((city) => ({ city, draw: Math.log(random() || Number.MIN_VALUE) / city.population }))
    .sort((a, b) => b.draw - a.draw)
    .slice(0, count)
    .map(({ city }) => city);
}
