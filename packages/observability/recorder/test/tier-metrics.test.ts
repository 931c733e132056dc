import { createCache } from "@hitbox/cache";
import { compose, offload } from "@hitbox/composition";
import { faulty } from "@hitbox/conformance";
import { cacheBackend, cacheValue, json } from "@hitbox/core";
import { memory } from "@hitbox/memory";
import { gate } from "@hitbox/test-support";
import { circuitBreaker, shadow, switchable } from "@hitbox/wrappers";
import { expect, it, vi } from "vitest";
import { publish } from "./support/publish.ts";
import { openRecorder, valuesOf } from "./support/values.ts";

it("refused refills and lost coherence are counted, and coherence shows its state", () => {
  const metrics = openRecorder();
  publish("hitbox:composition:refused", { composition: "c", key: "secret", why: "changed" });
  publish("hitbox:composition:coherence", { composition: "c", state: "lost" });
  publish("hitbox:composition:coherence", { composition: "d", state: "lost" });
  publish("hitbox:composition:coherence", { composition: "d", state: "restored" });
  expect(valuesOf(metrics, "refused")).toEqual({ "c changed": 1 });
  expect(valuesOf(metrics, "coherenceLost")).toEqual({ c: 1, d: 0 });
  expect(valuesOf(metrics, "coherenceLosses")).toEqual({ c: 1, d: 1 });
});

it("background work is counted by kind and event, and shows how much of it is under way", async () => {
  const metrics = openRecorder();
  const background = offload();
  const work = gate();
  background.register({ kind: "warm-up", key: "k", run: () => work.opened });
  background.register({ kind: "warm-up", key: "k", run: () => work.opened });
  background.register({ kind: "fail", run: () => Promise.reject(new Error("no")) });
  expect(valuesOf(metrics, "tasksNow")).toEqual({ "warm-up": 1, fail: 1 });
  work.open();
  await background.drain();
  expect(valuesOf(metrics, "tasksNow")).toEqual({ "warm-up": 0, fail: 0 });
  expect(valuesOf(metrics, "tasks")).toEqual({
    ...{ "warm-up spawned": 1, "warm-up deduplicated": 1, "warm-up completed": 1 },
    ...{ "fail spawned": 1, "fail failed": 1 },
  });
});

it("a circuit breaker shows its state, by the label of its backend", async () => {
  const metrics = openRecorder();
  const broken = faulty(memory({ maxEntries: 1 }), { chance: { fail: 1 }, seed: 1 });
  const backend = cacheBackend(circuitBreaker(broken, { threshold: 1 }));
  await expect(async () => backend.get("k")).rejects.toThrow();
  expect(valuesOf(metrics, "circuit")).toEqual({
    "memory open": 1,
    "memory closed": 0,
    "memory half-open": 0,
  });
  expect(valuesOf(metrics, "circuitChanges")).toEqual({ "memory open": 1 });
});

it("a switchable tier shows whether it is on, from its first change", () => {
  const metrics = openRecorder();
  const tier = switchable(memory({ maxEntries: 1 }));
  expect(valuesOf(metrics, "switchOn")).toEqual({});
  tier.switchOff();
  expect(valuesOf(metrics, "switchOn")).toEqual({ memory: 0 });
  tier.switchOn();
  expect(valuesOf(metrics, "switchOn")).toEqual({ memory: 1 });
});

it("reads compared with a candidate are counted, and those that it would have answered", async () => {
  const metrics = openRecorder();
  const bytes = (label: string) => memory({ maxEntries: 9, label, format: json() });
  const tier = shadow(bytes("old"), bytes("new"), { recheckAfter: 0 });
  const backend = cacheBackend(tier);
  await backend.set("k", cacheValue(1));
  await backend.get("k");
  await backend.get("none");
  await vi.waitFor(() => expect(valuesOf(metrics, "shadowReads")).toEqual({ "old new same": 2 }));
  expect(valuesOf(metrics, "shadowHits")).toEqual({ "old new": 1 });
});

it("memory tiers of one label are added up, with their evictions", async () => {
  const metrics = openRecorder();
  for (let tier = 0; tier < 2; tier++) {
    const cache = createCache({ backend: memory({ maxEntries: 2, label: "near" }), ttl: "1h" });
    for (const key of ["a", "b", "c"]) await cache.set(key, "x".repeat(1_000));
  }
  expect(valuesOf(metrics, "memoryEntries")).toEqual({ near: 4 });
  expect(valuesOf(metrics, "memoryEvictions")).toEqual({ near: 2 });
  expect(valuesOf(metrics, "memoryEvictions")).toEqual({ near: 2 });
  expect(valuesOf(metrics, "memoryBytes").near).toBeGreaterThan(4_000);
});

it("a refill that a change has overtaken is told of", async () => {
  const metrics = openRecorder();
  const far = memory({ maxEntries: 10, label: "far" });
  const reading = gate();
  const slow = {
    ...wrapped(far),
    read: async (key: string) => {
      const read = far.read(key);
      await reading.opened;
      return read;
    },
  };
  const backend = compose(memory({ maxEntries: 10 }), slow);
  await backend.set("k", cacheValue(1));
  await compose(memory({ maxEntries: 10 }), far).set("k", cacheValue(1));
  const other = compose(memory({ maxEntries: 10, label: "near" }), slow);
  const read = other.get("k");
  const deleted = other.delete("k");
  reading.open();
  await Promise.all([read, deleted]);
  expect(valuesOf(metrics, "refused")).toEqual({ "near>far changed": 1 });
});

function wrapped(far: ReturnType<typeof memory>) {
  const { label, supports, keyFormat, valueFormat, compressor } = far;
  return {
    ...{
      label,
      supports: { ...supports, lease: false, keys: false, clear: false },
      keyFormat,
      valueFormat,
      compressor,
    },
    write: (key: string, value: Parameters<typeof far.write>[1]) => far.write(key, value),
    remove: (key: string) => far.remove(key),
  };
}
