import { cacheBackend } from "@hitbox/core";
import { quickly } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";
import { backendConformance } from "../src/index.ts";
import { collect } from "./support/collect.ts";
import { type Disk, MapBackend } from "./support/map-backend.ts";
import { hooksOf, NativeBackend } from "./support/native-backend.ts";
import { WatchedMapBackend } from "./support/watched-map-backend.ts";

const disk: Disk = new Map();

backendConformance({
  test,
  name: "with everything",
  open: (space) => new MapBackend(disk, space),
  awkwardSpaces: [":", "*", "?", "[a]", "/b", "%3A", " "],
});

describe.concurrent.each(quickly(["own", "given"] as const, 1))(
  "with hooks beneath it, its client %s",
  (client) => {
    class Given extends NativeBackend {
      override async close(): Promise<void> {}
    }
    const Native = client === "own" ? NativeBackend : Given;
    const beneath: Disk = new Map();
    backendConformance({
      test,
      open: (space) => new Native(beneath, space),
      raw: hooksOf(beneath, client),
    });
  },
);

backendConformance({
  test,
  name: "with a watch",
  open: (space) => new WatchedMapBackend(disk, `watched-${space}`),
});

backendConformance({
  test,
  name: "typed already, as a composition is",
  open: async (space) => cacheBackend(new MapBackend(disk, `typed-${space}`)),
});

test("cases are registered at once, before anything is opened", () => {
  let opened = 0;
  const open = (space: string): MapBackend => {
    opened++;
    return new MapBackend(disk, space);
  };
  const cases = collect((register) => backendConformance({ test: register, open, name: "named" }));
  expect(opened).toBe(0);
  expect(cases.size).toBeGreaterThan(80);
  for (const name of cases.keys()) expect(name).toMatch(/^named: /);
});
