import { BackendError } from "@hitbox/core";
import { DEFINITIONS, recorder } from "@hitbox/recorder";
import { expect, it } from "vitest";
import { publish } from "./support/publish.ts";
import { openRecorder, valuesOf } from "./support/values.ts";

const read = { key: "k", purpose: "value", durationMs: 3, bytes: 10, hit: true, error: undefined } as const;

it("counts nothing before it is made and after it is stopped, and its numbers stay", () => {
  publish("hitbox:backend:fetch", { ...read, backend: "a" });
  const metrics = openRecorder();
  publish("hitbox:backend:fetch", { ...read, backend: "a" });
  metrics.stop();
  metrics.stop();
  publish("hitbox:backend:fetch", { ...read, backend: "a" });
  expect(valuesOf(metrics, "reads")).toEqual({ "a value": 1 });
});

it("keeps at most so many series of each metric, and counts the rest together", () => {
  const metrics = openRecorder({ maxSeries: 2 });
  for (const backend of ["a", "b", "c", "d", "a"]) publish("hitbox:backend:fetch", { ...read, backend });
  const failed = { ...read, hit: false, error: new BackendError("timeout", "late") };
  for (const backend of ["a", "b", "c", "d"]) publish("hitbox:backend:fetch", { ...failed, backend });
  expect(valuesOf(metrics, "reads")).toEqual({ "a value": 3, "b value": 2, "* *": 4 });
  expect(valuesOf(metrics, "readErrors")).toEqual({ "a timeout": 1, "b timeout": 1, "* *": 2 });
});

it("puts an observation into the first bucket that it is not over, and tells of it", () => {
  const heard: unknown[] = [];
  const metrics = openRecorder({ onObservation: (...observation) => heard.push(observation) });
  for (const durationMs of [0, 0.1, 0.2, 1_000_000])
    publish("hitbox:backend:write", { ...read, backend: "a", durationMs });
  const { definition, series } = metrics.read("writeTime");
  const counts = series.map((one) => ("counts" in one ? one.counts : []))[0] ?? [];
  expect(definition.buckets?.slice(0, 2)).toEqual([0.0001, 0.0005]);
  expect([counts[0], counts[1], counts.at(-1), counts.length]).toEqual([
    2,
    1,
    1,
    definition.buckets!.length + 1,
  ]);
  expect(heard).toEqual([0, 0.0001, 0.0002, 1_000].map((value) => ["writeTime", ["a"], value]));
});

it("every metric has names of both systems, in the style of each", () => {
  for (const { name, otel, kind, labels, unit } of Object.values(DEFINITIONS)) {
    expect(name).toMatch(/^hitbox_[a-z_]+$/);
    expect(name.endsWith("_total")).toBe(kind === "counter");
    if (unit === "s") expect(name).toMatch(/_seconds(_total)?$/);
    expect(otel).toMatch(/^hitbox(\.[a-z_]+)+$/);
    expect(otel).not.toMatch(/total|seconds|bytes/);
    expect(labels).not.toContain("key");
  }
});

it("refuses an option that is unknown or wrong", () => {
  expect(() => recorder({ maxSeries: 0 })).toThrow(/maxSeries/);
  expect(() => recorder({ most: 1 } as never)).toThrow(/most/);
});
