import { cacheBackend } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, onTestFinished, test } from "vitest";
import { CitiesCache } from "../src/cities-cache.ts";
import { cities } from "../src/city.ts";
import { nearest } from "../src/nearest.ts";
import { get, openService, temporaryDirectory } from "./support/service.ts";

const PARIS = "/nearest?lat=48.85&lon=2.35&n=5";

test("the first answer is the upstream's, the second memory's, and both are the scan's", async () => {
  const { origin } = await openService();
  const expected = JSON.stringify(nearest(cities, { lat: 48.85, lon: 2.35, n: 5 }));
  const [first, second] = [await get(origin, PARIS), await get(origin, PARIS)];
  expect(first).toMatchObject({ status: 200, source: "upstream", degraded: null, text: expected });
  expect(second).toMatchObject({ status: 200, source: "cities.memory", degraded: null, text: expected });
});

test("an answer says how long it took, and how long its scan did", async () => {
  const { origin } = await openService();
  expect((await get(origin, PARIS)).timing).toMatch(/^total;dur=\d+\.\d{3}, scan;dur=\d+\.\d{3}$/);
  expect((await get(origin, PARIS)).timing).toMatch(/^total;dur=\d+\.\d{3}$/);
});

test("requests that miss the same place together share one scan", async () => {
  const cache = new CitiesCache(cities, cacheBackend(memory({ maxEntries: 10 })), () => {});
  onTestFinished(() => cache.close());
  const query = { lat: 48.85, lon: 2.35, n: 5 };
  const answers = await Promise.all(Array.from({ length: 100 }, () => cache.nearest(query)));
  expect(answers.filter(({ scanMs }) => scanMs !== undefined)).toHaveLength(1);
  expect(new Set(answers.map(({ source }) => source))).toEqual(new Set(["upstream"]));
});

test("five cities are the default", async () => {
  const { origin } = await openService();
  const reply = await get(origin, "/nearest?lat=48.85&lon=2.35");
  expect(JSON.parse(reply.text)).toMatchObject({ query: { lat: 48.85, lon: 2.35, n: 5 } });
  expect(JSON.parse(reply.text).cities).toHaveLength(5);
});

test("a place is one place, however its numbers are written", async () => {
  const { origin } = await openService();
  await get(origin, "/nearest?lat=0&lon=2.35&n=5");
  for (const same of ["n=5&lon=2.350&lat=-0", "lat=0.0&lon=%2B2.35", "lat=0e7&lon=0.235e1&n=05"]) {
    expect((await get(origin, `/nearest?${same}`)).source).toBe("cities.memory");
  }
});

test("an entry that memory has dropped comes from the second tier", async () => {
  const { origin } = await openService({ memoryEntries: 1 });
  await get(origin, PARIS);
  await get(origin, "/nearest?lat=1&lon=1");
  expect((await get(origin, PARIS)).source).toBe("cities.lmdb");
  expect((await get(origin, PARIS)).source).toBe("cities.memory");
});

test("after a restart the first answer comes from the LMDB file, the next from memory", async () => {
  const lmdbPath = await temporaryDirectory();
  const before = await openService({ lmdbPath });
  const { text } = await get(before.origin, PARIS);
  await before.close();
  const { origin } = await openService({ lmdbPath });
  expect(await get(origin, PARIS)).toMatchObject({ source: "cities.lmdb", text });
  expect(await get(origin, PARIS)).toMatchObject({ source: "cities.memory", text });
});

test("a port that is taken is an error that says so", async () => {
  const { origin } = await openService();
  await expect(openService({ port: Number(new URL(origin).port) })).rejects.toThrow("EADDRINUSE");
});
