import { expect, test } from "vitest";
import { cities } from "../src/city.ts";
import { makeLoad, seededRandom, zipf } from "../src/load.ts";

const SETTINGS = { requests: 20_000, places: 500, seed: 7 };

test("the same seed makes the same load, another seed another", () => {
  expect(makeLoad(cities, SETTINGS)).toEqual(makeLoad(cities, SETTINGS));
  expect(makeLoad(cities, SETTINGS)).not.toEqual(makeLoad(cities, { ...SETTINGS, seed: 8 }));
});

test("the places are distinct places of real cities, larger ones more likely", () => {
  const { queries } = makeLoad(cities, SETTINGS);
  const populations = new Map(cities.map(({ lat, lon, population }) => [`${lat} ${lon}`, population]));
  const drawn = queries.map(({ lat, lon }) => populations.get(`${lat} ${lon}`) ?? 0);
  expect(new Set(queries.map(({ lat, lon }) => `${lat} ${lon}`)).size).toBe(500);
  expect(drawn.reduce((sum, each) => sum + each, 0) / 500).toBeGreaterThan(100_000);
});

test("any seed gives numbers from 0 to 1 that are spread evenly", () => {
  for (const seed of [0, 1, 2, 2 ** 31, 2 ** 32 - 1]) {
    const random = seededRandom(seed);
    const numbers = Array.from({ length: 10_000 }, random);
    expect(numbers.every((each) => each >= 0 && each < 1)).toBe(true);
    expect(numbers.reduce((sum, each) => sum + each, 0) / 10_000).toBeCloseTo(0.5, 1);
  }
});

test("the numbers are those of xorshift32", () => {
  const random = seededRandom(0);
  const states = Array.from({ length: 3 }, () => random() * 2 ** 32);
  expect(states).toEqual([270_369, 67_634_689, 2_647_435_461]);
});

test("ranks follow Zipf's law", () => {
  const pick = zipf(100, 1, seededRandom(3));
  const counts = new Array<number>(100).fill(0);
  for (let drawn = 0; drawn < 200_000; drawn++) counts[pick()]! += 1;
  const harmonic = counts.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
  for (const rank of [0, 1, 9, 49]) {
    const expected = 200_000 / harmonic / (rank + 1);
    expect(Math.abs(counts[rank]! - expected) / expected).toBeLessThan(0.1);
  }
  expect(counts.every((count) => count > 0)).toBe(true);
});
