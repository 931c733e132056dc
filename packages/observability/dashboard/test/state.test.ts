import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { switchable } from "@hitbox/wrappers";
import { expect, it } from "vitest";
import { summaryOf } from "../src/state/summary.ts";
import { get, open, openCache } from "./support/dashboards.ts";

interface Series {
  readonly labels: readonly string[];
  readonly value: number;
}

const sum = (series: readonly Series[], label: string) =>
  series.filter(({ labels }) => labels.includes(label)).reduce((total, { value }) => total + value, 0);

it("the state counts requests by their answer, and loads", async () => {
  const page = open();
  const cache = openCache();
  await cache.getOrSet("rates", async () => 1);
  await cache.getOrSet("rates", async () => 1);
  await cache.getOrSet("rates", async () => 1);
  const { body } = await get(page, "/api/state");
  expect(sum(body.metrics.requests, "hit")).toBe(2);
  expect(sum(body.metrics.requests, "miss")).toBe(1);
  expect(sum(body.metrics.load, "stored")).toBe(1);
  expect(body.processes).toMatchObject([{ pid: process.pid, requests: 3, answered: 2 }]);
});

it("keys that are hit and keys that are loaded are listed, the most frequent first", async () => {
  const page = open();
  const cache = openCache();
  for (const key of ["once", "often", "often", "often"]) await cache.getOrSet(key, async () => 1);
  const { body } = await get(page, "/api/state");
  expect(body.hot[0]).toEqual({ key: "often", count: 2, error: 0 });
  expect(body.missed.map(({ key }: { key: string }) => key).sort()).toEqual(["often", "once"]);
});

it("a read of the dashboard itself changes no ratio and no hot key", async () => {
  const cache = openCache();
  await cache.set("rates", 1);
  const page = open({ caches: { cache } });
  await get(page, "/api/entry?source=cache&key=rates");
  await get(page, "/api/entry?source=cache&key=none");
  const { body } = await get(page, "/api/state");
  expect(body.metrics.requests).toEqual([]);
  expect(body.hot).toEqual([]);
  expect(body.metrics.reads.map(({ labels }: Series) => labels)).toEqual([["memory", "inspect"]]);
});

it("tiers of a composition are told apart, with their times", async () => {
  const page = open();
  const backend = compose(
    memory({ maxEntries: 10 }),
    memory({ maxEntries: 10, label: "far", format: json() }),
  );
  await using cache = createCache({ backend, ttl: "5m" });
  await cache.get("none");
  await cache.set("k", 1);
  await cache.get("k");
  const { body } = await get(page, "/api/state");
  const { tiers } = summaryOf({ from: undefined, to: body });
  expect(tiers.map(({ tier, ageP50 }) => [tier, ageP50 === undefined])).toContainEqual([
    "memory>far.memory",
    false,
  ]);
  const labels = body.metrics.readTime.map(({ labels }: Series) => labels[0]);
  expect(labels.sort()).toEqual(["memory>far.far", "memory>far.memory"]);
  expect(body.buckets.readTime.length + 1).toBe(body.metrics.readTime[0].counts.length);
});

it("the state names the caches, the switches, and that nothing can be changed", async () => {
  const near = switchable(memory({ maxEntries: 10 }), { isOn: false });
  const page = open({ caches: { shop: openCache() }, backends: { near }, switches: { near } });
  const { body } = await get(page, "/api/state");
  expect(body).toMatchObject({
    canWrite: false,
    showsValues: false,
    switches: [{ name: "near", isOn: false }],
  });
  expect(body.sources).toEqual([
    { name: "shop", hasTags: true },
    { name: "near", hasTags: false },
  ]);
});

it("nothing is counted without tracked keys, nor after a close", async () => {
  const page = open({ trackedKeys: 0 });
  const cache = openCache();
  await cache.getOrSet("rates", async () => 1);
  await cache.get("rates");
  const { body } = await get(page, "/api/state");
  expect([body.hot, body.missed]).toEqual([[], []]);
  await page.close();
  expect((await get(page, "/api/state")).status).toBe(503);
});
