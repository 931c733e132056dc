import type { City, Place } from "./city.ts";
import { distanceKm, radians } from "./distance.ts";
import { answer, byRank, type NearestAnswer, type NearestQuery } from "./nearest.ts";

/**
 * The same answers as `nearest`, found another way, to check it by: cities as points of the unit sphere, compared by
 * the cosine of the angle between them; only those near the best are then measured and sorted.
 */
export class DirectAnswers {
  readonly #cities: readonly City[];
  readonly #points: Float64Array;

  constructor(cities: readonly City[]) {
    this.#cities = cities;
    this.#points = Float64Array.from(cities.flatMap(pointOf));
  }

  nearest(query: NearestQuery): NearestAnswer {
    const cosines = this.#cosines(query);
    const limit = nthLargest(cosines, query.n) - SLACK;
    const ranked = this.#cities
      .filter((_, index) => cosines[index]! >= limit)
      .map((city) => ({ city, km: distanceKm(query, city) }))
      .sort(byRank);
    return answer(query, ranked.slice(0, query.n));
  }

  #cosines(place: Place): Float64Array {
    const [x, y, z] = pointOf(place);
    const points = this.#points;
    const cosines = new Float64Array(this.#cities.length);
    for (let index = 0, at = 0; index < cosines.length; index += 1, at += 3) {
      cosines[index] = x * points[at]! + y * points[at + 1]! + z * points[at + 2]!;
    }
    return cosines;
  }
}

/** Cosines hardly differ over small angles: this is some ten metres at distance 0, far above what rounding does. */
const SLACK = 1e-12;

function pointOf({ lat, lon }: Place): [number, number, number] {
  const [north, east] = [radians(lat), radians(lon)];
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
}

function nthLargest(values: Float64Array, n: number): number {
  const largest = new Float64Array(n).fill(Number.NEGATIVE_INFINITY);
  for (const value of values) {
    if (value <= (largest[0] as number)) continue;
    largest[0] = value;
    largest.sort();
  }
  return largest[0] as number;
}
