import { createCache } from "@hitbox/cache";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { openRecorder, valuesOf } from "./support/values.ts";

const open = (label: string) => createCache({ backend: memory({ maxEntries: 10, label }), ttl: "1h" });

it("each of several recorders counts the calls since it was made, on caches older than itself", async () => {
  const cache = open("counted");
  await cache.set("k", 1);
  await cache.get("k");
  const first = openRecorder();
  for (let call = 0; call < 40; call++) await cache.get("k");
  const second = openRecorder();
  for (let call = 0; call < 5; call++) await cache.get("k");
  expect(valuesOf(first, "requests")["counted  hit"]).toBe(45);
  expect(valuesOf(second, "requests")["counted  hit"]).toBe(5);
  expect(valuesOf(first, "reads")["counted value"]).toBe(45);
  expect(valuesOf(second, "readHits")["counted value"]).toBe(5);
  expect(second.read("readTime").series[0]).toMatchObject({ count: 5, sum: 0 });
});

it("a recorder that stops keeps the counts up to then, and others go on", async () => {
  const cache = open("stopped");
  await cache.set("k", 1);
  const [first, second] = [openRecorder(), openRecorder()];
  await cache.get("k");
  first.stop();
  await cache.get("k");
  expect(valuesOf(first, "requests")["stopped  hit"]).toBe(1);
  expect(valuesOf(second, "requests")["stopped  hit"]).toBe(2);
  second.stop();
  await cache.get("k");
  const third = openRecorder();
  await cache.get("k");
  expect(valuesOf(third, "requests")["stopped  hit"]).toBe(1);
  expect(valuesOf(third, "readHits")["stopped value"]).toBe(1);
});

it("caches of one label and entity are counted together, and a closed one's calls stay", async () => {
  const metrics = openRecorder();
  for (const cache of [open("twin"), open("twin")]) {
    await cache.set("k", 1);
    await cache.get("k");
    await cache.close();
  }
  expect(valuesOf(metrics, "requests")["twin  hit"]).toBe(2);
});

it("many labels are counted, the last of them together", async () => {
  const metrics = openRecorder({ maxSeries: 100_000 });
  for (let index = 0; index < 10_050; index++) {
    const backend = cacheBackend(memory({ maxEntries: 1, label: `many-${index}` }));
    await backend.set("k", cacheValue(1));
    await backend.get("k");
  }
  const counts = valuesOf(metrics, "readHits");
  expect(counts["many-0 value"]).toBe(1);
  expect(counts["* *"]).toBeGreaterThanOrEqual(50);
});
