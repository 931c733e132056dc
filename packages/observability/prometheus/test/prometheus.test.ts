import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { type PrometheusOptions, prometheus } from "@hitbox/prometheus";
import { AggregatorRegistry, Counter, Registry } from "prom-client";
import { expect, it, onTestFinished } from "vitest";

function open(register: Registry = new Registry()) {
  const metrics = prometheus({ register });
  onTestFinished(() => metrics.stop());
  return { register, metrics };
}

async function lines(register: Registry, name: string): Promise<string[]> {
  return (await register.metrics()).split("\n").filter((line) => line.startsWith(`${name}{`));
}

it("the page has the numbers of a cache, beside the metrics of the application", async () => {
  const register = new Registry();
  new Counter({ name: "mine_total", help: "Mine.", registers: [register] }).inc();
  open(register);
  const cache = createCache({
    backend: compose(memory({ maxEntries: 10 }), memory({ maxEntries: 10, label: "far" })),
    ttl: "1h",
  });
  const users = cache.entity({ prefix: "user", version: 3 });
  for (let call = 0; call < 3; call++) await users.getOrSet({ id: 42 }, () => "Ada");
  expect(await lines(register, "hitbox_cache_requests_total")).toContain(
    'hitbox_cache_requests_total{cache="memory>far",entity="user.v3",status="hit"} 2',
  );
  expect(await lines(register, "hitbox_cache_load_duration_seconds_count")).toEqual([
    'hitbox_cache_load_duration_seconds_count{cache="memory>far",entity="user.v3",outcome="stored"} 1',
  ]);
  expect(await register.metrics()).toContain("mine_total 1");
});

it("buckets of a histogram hold all observations up to their bound", async () => {
  const { register } = open();
  const backend = cacheBackend(memory({ maxEntries: 10 }));
  await backend.set("k", cacheValue(1));
  await backend.get("k");
  await backend.get("k");
  const name = "hitbox_backend_read_duration_seconds";
  const buckets = await lines(register, `${name}_bucket`);
  expect(buckets[0]).toBe(`${name}_bucket{le="0.0001",backend="memory"} 2`);
  expect(buckets.at(-1)).toBe(`${name}_bucket{le="+Inf",backend="memory"} 2`);
  expect(await lines(register, `${name}_count`)).toEqual([`${name}_count{backend="memory"} 2`]);
});

it("a page of OpenMetrics names a counter once with _total", async () => {
  const { register, metrics } = open();
  register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  await cacheBackend(memory({ maxEntries: 10 })).set("k", cacheValue(1));
  expect(await register.metrics()).toContain(
    'hitbox_backend_write_total{backend="memory",purpose="value"} 1',
  );
  metrics.stop();
  expect(await register.metrics()).toBe("\n# EOF\n");
});

it("numbers of several processes add up", async () => {
  const { register } = open();
  await cacheBackend(memory({ maxEntries: 10 })).set("k", cacheValue(1));
  const ofOne = await register.getMetricsAsJSON();
  const all = AggregatorRegistry.aggregate([ofOne, structuredClone(ofOne)] as never);
  const page = await all.metrics();
  expect(page).toContain('hitbox_backend_write_total{backend="memory",purpose="value"} 2');
  expect(page).toContain('hitbox_backend_write_duration_seconds_count{backend="memory"} 2');
});

it("default labels of the registry are on every line", async () => {
  const { register } = open();
  register.setDefaultLabels({ app: "shop" });
  await cacheBackend(memory({ maxEntries: 10 })).set("k", cacheValue(1));
  expect(await lines(register, "hitbox_backend_write_total")).toEqual([
    'hitbox_backend_write_total{backend="memory",purpose="value",app="shop"} 1',
  ]);
});

it("after stop the registry is as it was, and can have the metrics again", async () => {
  const { register, metrics } = open();
  metrics.stop();
  metrics.stop();
  expect((await register.metrics()).trim()).toBe("");
  open(register);
  expect(await register.metrics()).toContain("# TYPE hitbox_cache_requests_total counter");
});

it("a registry that has the metrics already keeps those that it has", async () => {
  const { register } = open();
  const before = await register.metrics();
  expect(() => prometheus({ register })).toThrow(/already been registered/);
  expect(await register.metrics()).toBe(before);
});

it("refuses an option that is unknown or wrong", () => {
  expect(() => prometheus({} as PrometheusOptions)).toThrow(/register.*registry of prom-client/);
  expect(() => prometheus({ register: new Registry(), prefix: "x" } as never)).toThrow(/prefix/);
  expect(() => prometheus({ register: new Registry(), maxSeries: 0 })).toThrow(/maxSeries/);
});
