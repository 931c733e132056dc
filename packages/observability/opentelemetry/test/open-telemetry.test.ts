import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { openTelemetry } from "@hitbox/opentelemetry";
import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, it, onTestFinished } from "vitest";

/** An SDK with the metrics of hitbox, and a function that collects them by name. */
function open() {
  const sink = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: sink, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const exporter = openTelemetry({ meterProvider });
  onTestFinished(() => exporter.stop());
  onTestFinished(() => meterProvider.shutdown());
  const collect = async (): Promise<Map<string, MetricData>> => {
    sink.reset();
    await meterProvider.forceFlush();
    const all = sink
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return new Map(all.map((metric) => [metric.descriptor.name, metric]));
  };
  return { collect, exporter };
}

const pointsOf = (metric: MetricData | undefined) =>
  metric?.dataPoints.map(({ attributes, value }) => [attributes, value]) ?? [];

it("calls are a counter in the style of OpenTelemetry", async () => {
  const { collect } = open();
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1h" });
  const users = cache.entity({ prefix: "user", version: 3 });
  for (let call = 0; call < 3; call++) await users.getOrSet({ id: 42 }, () => "Ada");
  const requests = (await collect()).get("hitbox.cache.requests");
  expect(requests?.descriptor.unit).toBe("{request}");
  const at = { "hitbox.cache": "memory", "hitbox.entity": "user.v3" };
  expect(pointsOf(requests)).toContainEqual([{ ...at, "hitbox.status": "hit" }, 2]);
  expect(pointsOf(requests)).toContainEqual([{ ...at, "hitbox.status": "miss" }, 1]);
});

it("times are histograms of seconds with the buckets of hitbox", async () => {
  const { collect } = open();
  const far = memory({ maxBytes: 100_000, label: "far", format: json() });
  const near = memory({ maxEntries: 10 });
  const cache = createCache({ backend: compose(near, far), ttl: "1h" });
  await cache.set("k", 1);
  await cache.get("k");
  near.remove("k");
  await cache.get("k");
  const reads = (await collect()).get("hitbox.backend.read.duration");
  expect(reads?.descriptor.unit).toBe("s");
  const points = reads?.dataPoints as { attributes: object; value: { count: number; buckets: object } }[];
  const ofFar = points.find(({ attributes }) => JSON.stringify(attributes).includes("memory>far.far"));
  expect(ofFar?.value).toMatchObject({
    count: 1,
    buckets: { boundaries: expect.arrayContaining([0.0001, 30]) },
  });
});

it("memory tells its entries as a number that goes up and down", async () => {
  const { collect } = open();
  const store = memory({ maxEntries: 10, label: "near" });
  const cache = createCache({ backend: store, ttl: "1h" });
  await cache.set("a", 1);
  await cache.set("b", 1);
  expect(pointsOf((await collect()).get("hitbox.memory.entries"))).toEqual([
    [{ "hitbox.backend": "near" }, 2],
  ]);
  await cache.delete("a");
  expect(pointsOf((await collect()).get("hitbox.memory.entries"))).toEqual([
    [{ "hitbox.backend": "near" }, 1],
  ]);
});

it("nothing is counted or told once it is stopped", async () => {
  const { collect, exporter } = open();
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1h" });
  await cache.set("k", 1);
  exporter.stop();
  exporter.stop();
  await cache.get("k");
  expect(pointsOf((await collect()).get("hitbox.cache.requests"))).toEqual([]);
});

it("nothing happens without an SDK", async () => {
  expect(metrics.getMeterProvider().constructor.name).toMatch(/Noop/);
  const exporter = openTelemetry();
  const cache = createCache({ backend: memory({ maxEntries: 10 }), ttl: "1h" });
  await cache.getOrSet("k", () => 1);
  exporter.stop();
});

it("refuses an option that is unknown or wrong", () => {
  expect(() => openTelemetry({ meterProvider: {} as never })).toThrow(/meterProvider/);
  expect(() => openTelemetry({ register: 1 } as never)).toThrow(/register/);
});
