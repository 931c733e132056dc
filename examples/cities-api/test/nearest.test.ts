import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type City, cities, type Place } from "../src/city.ts";
import { DirectAnswers } from "../src/direct.ts";
import { distanceKm } from "../src/distance.ts";
import { nearest } from "../src/nearest.ts";

const PARIS = { lat: 48.85341, lon: 2.3488 };
const LONDON = { lat: 51.50853, lon: -0.12574 };

function city(id: number, place: Place): City {
  return { id, name: `city ${id}`, country: "XX", population: 1, ...place };
}

const degrees = (limit: number): fc.Arbitrary<number> =>
  fc.double({ min: -limit, max: limit, noNaN: true }).map((value) => value + 0);
const anywhere = fc.record({ lat: degrees(90), lon: degrees(180), n: fc.integer({ min: 1, max: 50 }) });

test("the package holds the cities of the world", () => {
  expect(cities.length).toBeGreaterThan(135_000);
  expect(new Set(cities.map(({ id }) => id)).size).toBe(cities.length);
});

test("known distances come out right", () => {
  expect(distanceKm(PARIS, LONDON)).toBeCloseTo(343.771, 3);
  expect(distanceKm(PARIS, PARIS)).toBe(0);
  expect(distanceKm({ lat: 0, lon: 0 }, { lat: 0, lon: 90 })).toBeCloseTo(10_007.557, 3);
  expect(distanceKm({ lat: 12.34, lon: 56.78 }, { lat: -12.34, lon: -123.22 })).toBeCloseTo(20_015.114, 3);
  expect(distanceKm({ lat: 0, lon: 179.999 }, { lat: 0, lon: -179.999 })).toBeCloseTo(0.222, 3);
});

test("the nearest city to a city's place is that city", () => {
  const [first] = nearest(cities, { ...PARIS, n: 1 }).cities;
  expect(first).toEqual({ name: "Paris", country: "FR", population: 2_138_551, distanceKm: 0 });
});

test("the scan finds what the direct computation finds, anywhere on Earth", async () => {
  const direct = new DirectAnswers(cities);
  const law = fc.property(anywhere, (query) => {
    expect(nearest(cities, query)).toEqual(direct.nearest(query));
  });
  await assertProperty(law, { runs: 40 });
});

test("the scan finds what the direct computation finds, at the poles and across the antimeridian", () => {
  const direct = new DirectAnswers(cities);
  for (const lat of [-90, -60, 0, 71.3, 90]) {
    for (const lon of [-180, -179.9999, 0, 179.9999, 180]) {
      const query = { lat, lon, n: 50 };
      expect(nearest(cities, query)).toEqual(direct.nearest(query));
    }
  }
});

test("of cities at the same distance, the lower id comes first, however they are stored", async () => {
  const around = [city(3, LONDON), city(1, LONDON), city(2, LONDON), city(9, PARIS), city(5, LONDON)];
  const law = fc.property(fc.shuffledSubarray(around, { minLength: 5 }), (shuffled) => {
    for (const scan of [
      nearest(shuffled, { ...PARIS, n: 4 }),
      new DirectAnswers(shuffled).nearest({ ...PARIS, n: 4 }),
    ]) {
      expect(scan.cities.map(({ name }) => name)).toEqual(["city 9", "city 1", "city 2", "city 3"]);
    }
  });
  await assertProperty(law);
});

test("where there are fewer cities than asked for, all of them are the answer", () => {
  expect(nearest([city(1, PARIS), city(2, LONDON)], { ...LONDON, n: 50 }).cities).toHaveLength(2);
});
