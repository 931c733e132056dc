import { constants, PerformanceObserver } from "node:perf_hooks";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { expect, test } from "vitest";
import { mapBackend } from "./support/map-backend.ts";

/** How often the old generation had to be collected while `run` ran. */
async function majorCollections(run: () => Promise<void>): Promise<number> {
  let major = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) {
      if ((detail as { kind: number }).kind === constants.NODE_PERFORMANCE_GC_MAJOR) major++;
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  await run();
  await new Promise((resolve) => setImmediate(resolve));
  observer.disconnect();
  return major;
}

// A batch that keeps the next one alive promotes every later read into the old generation: about one major collection
// for each 8,000 reads, and twice the time.
test("reads one after the other leave nothing behind that has to be collected from the old generation", async () => {
  const store = mapBackend({ supports: { readMany: { max: 100 } } });
  const stored = {
    ...store,
    read: () => new Promise((resolve) => setImmediate(resolve, store.entries.get("k"))),
  };
  const backend = cacheBackend(stored as typeof store);
  await backend.set("k", cacheValue({ text: "x".repeat(100) }));
  const major = await majorCollections(async () => {
    for (let step = 0; step < 150_000; step++) await backend.get(`k${step % 1_000}`);
  });
  expect(major).toBeLessThanOrEqual(4);
}, 60_000);
