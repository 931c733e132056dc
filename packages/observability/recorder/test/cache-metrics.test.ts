import { createCache } from "@hitbox/cache";
import { compose } from "@hitbox/composition";
import { BackendError } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { testClock } from "@hitbox/test-support";
import { expect, it } from "vitest";
import { publish } from "./support/publish.ts";
import { openRecorder, valuesOf } from "./support/values.ts";

it("each call is counted by its answer, under cache and entity, as stats() counts it", async () => {
  const metrics = openRecorder();
  const { now, advance } = testClock();
  const backend = compose(memory({ maxEntries: 10, now }), memory({ maxEntries: 10, now, label: "far" }), {
    now,
  });
  const cache = createCache({ backend, ttl: "10s", staleWhileRevalidate: "1m", now });
  const users = cache.entity({ prefix: "user", version: 3 });
  await Promise.all([1, 2].map(() => users.getOrSet({ id: 1 }, async () => "Ada")));
  await users.getOrSet({ id: 1 }, async () => "Ada");
  advance(10_000);
  await users.get({ id: 1 });
  await cache.get("none");
  expect(valuesOf(metrics, "requests")).toEqual({
    ...{ "memory>far user.v3 hit": 1, "memory>far user.v3 stale": 1, "memory>far user.v3 miss": 1 },
    ...{ "memory>far user.v3 collapsed": 1, "memory>far  miss": 1 },
    ...{ "memory>far  hit": 0, "memory>far  stale": 0, "memory>far  collapsed": 0 },
  });
  const { hits, stale, misses, collapsed } = cache.stats();
  expect({ hits, stale, misses, collapsed }).toEqual({ hits: 1, stale: 1, misses: 2, collapsed: 1 });
});

it("the age of an answer is that of its value, and one answer in 16 is looked at", async () => {
  const metrics = openRecorder();
  const { now, advance } = testClock();
  const cache = createCache({ backend: memory({ maxEntries: 10, now }), ttl: "1h", now });
  await cache.set("a", 1);
  advance(120_000);
  for (let call = 0; call < 17; call++) await cache.get("a");
  const [series] = metrics.read("age").series;
  expect(series).toMatchObject({ labels: ["memory", ""], count: 2, sum: 240 });
});

it("loads are timed by outcome, and answers save their own load time, or else the mean one", async () => {
  const metrics = openRecorder();
  const load = { cache: "memory", entity: "user.v3", key: "k", namespace: "", stored: [], error: undefined };
  publish("hitbox:cache:load", { ...load, durationMs: 300, outcome: "stored" });
  publish("hitbox:cache:load", { ...load, durationMs: 500, outcome: "skipped" });
  publish("hitbox:cache:load", { ...load, durationMs: 9_000, outcome: "failed" });
  const calls = { cache: "memory", entity: "user.v3", hit: 0, stale: 0, miss: 0, collapsed: 0, untilAge: 0 };
  const tally = { ...calls, savedMs: 0, untimed: 0 };
  publish("hitbox:cache:tally", tally);
  Object.assign(tally, { savedMs: 2_000, untimed: 3 });
  expect(valuesOf(metrics, "load")).toEqual({
    "memory user.v3 stored": 0.3,
    "memory user.v3 skipped": 0.5,
    "memory user.v3 failed": 9,
  });
  expect(valuesOf(metrics, "saved")["memory user.v3"]).toBeCloseTo(2 + 3 * 0.4);
});

it("lease waits, refreshes, errors and waiting retries are counted", async () => {
  const metrics = openRecorder();
  const at = { cache: "c", entity: "e", namespace: "", key: "secret" };
  publish("hitbox:cache:lease", { ...at, durationMs: 250, outcome: "answered" });
  publish("hitbox:cache:refresh", { ...at, why: "stale" });
  publish("hitbox:cache:check", { ...at, outcome: "stale", age: 1, source: "memory", error: undefined });
  publish("hitbox:cache:error", { ...at, operation: "get", error: new BackendError("timeout", "late") });
  publish("hitbox:cache:error", { ...at, operation: "refresh", error: new Error("secret") });
  publish("hitbox:cache:retry", { ...at, state: "waiting", waiting: 2, error: undefined });
  publish("hitbox:cache:retry", { ...at, state: "done", waiting: 1, error: undefined });
  expect(valuesOf(metrics, "leaseWait")).toEqual({ "c e answered": 0.25 });
  expect(valuesOf(metrics, "refreshes")).toEqual({ "c e stale": 1 });
  expect(valuesOf(metrics, "checks")).toEqual({ "c e stale": 1 });
  expect(valuesOf(metrics, "errors")).toEqual({ "c get timeout": 1, "c refresh other": 1 });
  expect(valuesOf(metrics, "retries")).toEqual({ "c waiting": 1, "c done": 1 });
  expect(valuesOf(metrics, "retriesWaiting")).toEqual({ c: 1 });
});
