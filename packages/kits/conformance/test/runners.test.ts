import { test as nodeTest } from "node:test";
import { json } from "@hitbox/core";
import { expect, test } from "vitest";
import {
  backendConformance,
  compressorConformance,
  formatConformance,
  type RegisterTest,
} from "../src/index.ts";
import { collect } from "./support/collect.ts";
import { MapBackend } from "./support/map-backend.ts";

test("the tests of vitest and of node:test fit, and so does any function", () => {
  const runners: readonly RegisterTest[] = [test, nodeTest, (_, run) => run];
  expect(runners).toHaveLength(3);
});

test("cases run in any order and all at once", async () => {
  const disk = new Map();
  const cases = collect((register) =>
    backendConformance({ test: register, open: (space) => new MapBackend(disk, space) }),
  );
  await Promise.all([...cases.values()].reverse().map((run) => run()));
  expect(cases.size).toBeGreaterThan(80);
});

test("options are checked by name", () => {
  const open = (): MapBackend => new MapBackend(new Map(), "space");
  const wrong: readonly [RegExp, () => void][] = [
    [/^test must be a function; got undefined/, () => backendConformance({ open } as never)],
    [/^open must be a function; got a string/, () => backendConformance({ test, open: "redis" } as never)],
    [/^name must be a string; got 5/, () => backendConformance({ test, open, name: 5 } as never)],
    [/^awkwardSpaces must be strings/, () => backendConformance({ test, open, awkwardSpaces: [""] })],
    [
      /^backendConformance: `spaces` is not an option/,
      () => backendConformance({ test, open, spaces: [] } as never),
    ],
    [/^raw must be an object/, () => backendConformance({ test, open, raw: 5 } as never)],
    [/^raw.bytes must be a function/, () => backendConformance({ test, open, raw: { bytes: 5 } } as never)],
    [/^raw.client must be "given"/, () => backendConformance({ test, open, raw: { client: "a" } } as never)],
    [
      /^backendConformance: raw: `ttl` is not/,
      () => backendConformance({ test, open, raw: { ttl: 5 } } as never),
    ],
    [/^format must be a value format; got undefined/, () => formatConformance({ test } as never)],
    [
      /^values must be an array; got 1/,
      () => formatConformance({ test, format: json(), values: 1 } as never),
    ],
    [
      /^formatConformance: `value` is not an option/,
      () => formatConformance({ test, format: json(), value: [] } as never),
    ],
    [
      /^compressor must be a compressor; got a string/,
      () => compressorConformance({ test, compressor: "gzip" } as never),
    ],
    [
      /^compressorConformance: `level` is not an option/,
      () => compressorConformance({ test, level: 1 } as never),
    ],
  ];
  for (const [message, attempt] of wrong) {
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(message);
  }
});
