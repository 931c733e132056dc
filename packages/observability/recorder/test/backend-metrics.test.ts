import { compose } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { type Backend, cacheBackend, cacheValue, gzip, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { expect, it } from "vitest";
import { openRecorder, valuesOf } from "./support/values.ts";

const store = (label = "far"): Backend<unknown> =>
  memory({ maxBytes: 1_000_000, label, format: json(), compressor: gzip({ minBytes: 1 }) });

it("one set on two stores is two writes and two compressions, and a first hit is one read", async () => {
  const metrics = openRecorder();
  const backend = compose(store("near"), store());
  await backend.set("k", cacheValue("x".repeat(100)));
  await backend.get("k");
  await backend.delete("k");
  expect(valuesOf(metrics, "writes")).toEqual({ "near>far.near value": 1, "near>far.far value": 1 });
  const compressed = metrics.read("compress").series.map(({ labels }) => labels[0]);
  expect(compressed.sort()).toEqual(["near>far.far", "near>far.near"]);
  expect(valuesOf(metrics, "reads")).toEqual({ "near>far.near value": 1 });
  expect(valuesOf(metrics, "readHits")).toEqual({ "near>far.near value": 1 });
  expect(valuesOf(metrics, "removes")).toEqual({ "near>far.near value": 1, "near>far.far value": 1 });
  const written = valuesOf(metrics, "writeBytes")["near>far.far"];
  expect(written).toBeGreaterThan(0);
  expect(valuesOf(metrics, "readBytes")["near>far.near"]).toBe(written);
});

it("the age of what each tier answered with is that of the value", async () => {
  const metrics = openRecorder();
  let time = 1_000_000;
  const now = () => time;
  const [near, far] = ["aged", "far"].map((label) => memory({ maxEntries: 10, label, now }));
  const backend = compose(near as Backend<unknown>, far as Backend<unknown>, { now });
  await cacheBackend(far as Backend<unknown>, { now }).set("k", cacheValue("v", { now }));
  time += 60_000;
  await backend.get("k");
  time += 60_000;
  await backend.get("k");
  expect(metrics.read("readAge").series).toMatchObject([
    { labels: ["aged>far.far"], count: 1, sum: 60 },
    { labels: ["aged>far.aged"], count: 1, sum: 120 },
  ]);
});

it("totals count failures too, errors are counted by their code, and their bytes are not", async () => {
  const metrics = openRecorder();
  const backend = cacheBackend(faulty(store(), { chance: { fail: 1 }, seed: 1 }));
  await expect(async () => backend.set("k", cacheValue("v"))).rejects.toThrow();
  await expect(async () => backend.get("k")).rejects.toThrow();
  const { label } = backend;
  expect(valuesOf(metrics, "writes")).toEqual({ [`${label} value`]: 1 });
  expect(valuesOf(metrics, "writeErrors")).toEqual({ [`${label} connection`]: 1 });
  expect(valuesOf(metrics, "readErrors")).toEqual({ [`${label} connection`]: 1 });
  expect(valuesOf(metrics, "writeBytes")).toEqual({ [label]: 0 });
  expect(valuesOf(metrics, "readHits")).toEqual({ [`${label} value`]: 0 });
});
