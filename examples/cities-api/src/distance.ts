import type { Place } from "./city.ts";

/** Mean radius of the Earth, in kilometres (IUGG). */
const EARTH_KM = 6371.0088;

/**
 * Great-circle distance in kilometres by the haversine formula, exact for small distances too
 * (R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984).
 */
export function distanceKm(from: Place, to: Place): number {
  const a =
    haversine(to.lat - from.lat) +
    Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * haversine(to.lon - from.lon);
  // Rounding can push antipodes past 1.
  return 2 * EARTH_KM * Math.asin(Math.sqrt(Math.min(1, a)));
}

function haversine(degrees: number): number {
  return Math.sin(radians(degrees) / 2) ** 2;
}

export function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
