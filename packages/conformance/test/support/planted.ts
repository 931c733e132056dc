import { AssertionError } from "node:assert";
import { BackendError } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import { backendConformance } from "../../src/index.ts";
import { collect, failureOfCase } from "./collect.ts";
import type { Disk, MapBackend } from "./map-backend.ts";

export interface PlantedFault {
  readonly backend: new (disk: Disk, space: string) => MapBackend;
  /** Names of the cases that have to fail for this reason. */
  readonly caughtBy: readonly string[];
}

/** One test for each fault, by what the broken backend does. */
export function testFaults(group: string, faults: Readonly<Record<string, PlantedFault>>): void {
  describe(group, () => {
    test.for(Object.entries(faults))("a store that %s is found out", async ([, { backend, caughtBy }]) => {
      const disk: Disk = new Map();
      const open = (space: string): MapBackend => new backend(disk, space);
      const cases = collect((register) => backendConformance({ test: register, open }));
      for (const name of caughtBy) {
        const error = await failureOfCase(cases, name);
        // Not because the kit stumbled, and with a sentence for the author.
        const found = error instanceof AssertionError || BackendError.is(error);
        expect(found, `${name}: ${String(error)}`).toBe(true);
        expect((error as Error).message).not.toBe("");
      }
    });
  });
}
