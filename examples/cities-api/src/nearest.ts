import type { City, Place } from "./city.ts";
import { distanceKm } from "./distance.ts";

export interface NearestQuery extends Place {
  /** How many cities: 1 to 50. */
  readonly n: number;
}

export interface NearestAnswer {
  readonly query: NearestQuery;
  /** Nearest first; of two at the same distance, the one with the lower GeoNames id first. */
  readonly cities: readonly NearCity[];
}

export interface NearCity {
  readonly name: string;
  readonly country: string;
  readonly population: number;
  /** Rounded to metres. */
  readonly distanceKm: number;
}

/** A city and how far it is, in kilometres. */
export interface Ranked {
  readonly city: City;
  readonly km: number;
}

/** The upstream: looks at every city, with no index, for every query. */
export function nearest(cities: readonly City[], query: NearestQuery): NearestAnswer {
  const best: Ranked[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (const city of cities) {
    const km = distanceKm(query, city);
    if (km > worst) continue;
    keep(best, { city, km }, query.n);
    if (best.length === query.n) worst = (best.at(-1) as Ranked).km;
  }
  return answer(query, best);
}

/** Puts `found` into its place among the best `n`. */
function keep(best: Ranked[], found: Ranked, n: number): void {
  const at = best.findIndex((other) => byRank(found, other) < 0);
  best.splice(at === -1 ? best.length : at, 0, found);
  if (best.length > n) best.pop();
}

export function byRank(a: Ranked, b: Ranked): number {
  return a.km - b.km || a.city.id - b.city.id;
}

export function answer({ lat, lon, n }: NearestQuery, ranked: readonly Ranked[]): NearestAnswer {
  const cities = ranked.map(({ city: { name, country, population }, km }) => ({
    name,
    country,
    population,
    distanceKm: Math.round(km * 1_000) / 1_000,
  }));
  return { query: { lat, lon, n }, cities };
}
