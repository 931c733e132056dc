import { setImmediate } from "node:timers/promises";
import type { DeleteStatus } from "@hitbox/core";
import { expect, test } from "vitest";
import { backendConformance } from "../src/index.ts";
import { collect, failingCases } from "./support/collect.ts";
import { type Disk, MapBackend } from "./support/map-backend.ts";

test("everything that a case opened is closed when it ends, also where it fails", async () => {
  let open = 0;
  class Counted extends MapBackend {
    constructor(disk: Disk, space: string) {
      super(disk, space);
      open++;
    }

    override async remove(): Promise<DeleteStatus> {
      throw new Error("out of order");
    }

    async close(): Promise<void> {
      await setImmediate();
      open--;
    }
  }
  const disk: Disk = new Map();
  const cases = collect((register) =>
    backendConformance({ test: register, open: (space) => new Counted(disk, space) }),
  );
  const failing = await failingCases(cases);
  expect(failing.length).toBeGreaterThan(10);
  expect(open).toBe(0);
});

test("a close that fails, fails the case", async () => {
  class Stuck extends MapBackend {
    async close(): Promise<void> {
      throw new Error("cannot close");
    }
  }
  const cases = collect((register) =>
    backendConformance({ test: register, open: (space) => new Stuck(new Map(), space) }),
  );
  await expect(cases.get("data comes back as it was set")?.()).rejects.toThrow("cannot close");
});

test("what a case fails with is told, not that its backend cannot be closed either", async () => {
  class Stuck extends MapBackend {
    override async read(): Promise<undefined> {}

    async close(): Promise<void> {
      throw new Error("cannot close");
    }
  }
  const cases = collect((register) =>
    backendConformance({ test: register, open: (space) => new Stuck(new Map(), space) }),
  );
  await expect(cases.get("data comes back as it was set")?.()).rejects.toThrow(
    'the entry under "key" should be a hit',
  );
});

test("no case and no run uses a space of another, and names stay within what adapters take", async () => {
  const spaces: string[][] = [];
  for (let run = 0; run < 2; run++) {
    const used = new Set<string>();
    const disk: Disk = new Map();
    const open = (space: string): MapBackend => {
      used.add(space);
      return new MapBackend(disk, space);
    };
    const cases = collect((register) => backendConformance({ test: register, open, awkwardSpaces: ["*"] }));
    await Promise.all([...cases.values()].map((check) => check()));
    spaces.push([...used]);
    expect(used.size).toBeGreaterThan(cases.size);
  }
  const [first = [], second = []] = spaces;
  expect(first.filter((space) => second.includes(space))).toEqual([]);
  expect(first.filter((space) => !/^[A-Za-z0-9_-]{1,32}\*?$/.test(space))).toEqual([]);
  expect(first.some((space) => space.endsWith("*"))).toBe(true);
});
