import type { CacheBackend, Compressor, Format } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import {
  backendConformance,
  compressorConformance,
  formatConformance,
  type RegisterTest,
} from "../../src/index.ts";
import { collect, failureOfCase } from "./collect.ts";
import type { Disk, MapBackend } from "./map-backend.ts";

interface Caught {
  /** Names of the cases that have to fail for this reason. */
  readonly caughtBy: readonly string[];
}

export interface BackendFault extends Caught {
  readonly backend: new (disk: Disk, space: string) => MapBackend;
}

export interface TypedFault extends Caught {
  open(disk: Disk, space: string): CacheBackend;
}

export interface FormatFault extends Caught {
  readonly format: Format<unknown>;
  readonly values?: readonly unknown[];
}

export interface CompressorFault extends Caught {
  readonly compressor: Compressor;
}

/** One test for each fault, by what the broken backend does. */
export function testFaults(group: string, faults: Readonly<Record<string, BackendFault>>): void {
  testPlanted(group, faults, ({ backend }, register) => {
    const disk: Disk = new Map();
    backendConformance({ test: register, open: (space) => new backend(disk, space), name: group });
  });
}

/** The same for what is typed already, as a composition is. */
export function testTypedFaults(group: string, faults: Readonly<Record<string, TypedFault>>): void {
  testPlanted(group, faults, (fault, register) => {
    const disk: Disk = new Map();
    backendConformance({ test: register, open: (space) => fault.open(disk, space), name: group });
  });
}

export function testFormatFaults(group: string, faults: Readonly<Record<string, FormatFault>>): void {
  testPlanted(group, faults, ({ format, values }, register) => {
    formatConformance({ test: register, format, values, name: group });
  });
}

export function testCompressorFaults(group: string, faults: Readonly<Record<string, CompressorFault>>): void {
  testPlanted(group, faults, ({ compressor }, register) => {
    compressorConformance({ test: register, compressor, name: group });
  });
}

function testPlanted<Fault extends Caught>(
  group: string,
  faults: Readonly<Record<string, Fault>>,
  plant: (fault: Fault, register: RegisterTest) => void,
): void {
  describe(group, () => {
    test.for(Object.entries(faults))("one that %s is found out", async ([, fault]) => {
      const cases = collect((register) => plant(fault, register));
      for (const sentence of fault.caughtBy) {
        const error = await failureOfCase(cases, `${group}: ${sentence}`);
        // With a sentence for the author, and not because the kit stumbled.
        const found =
          error instanceof Error && !(error instanceof TypeError || error instanceof ReferenceError);
        expect(found, `${sentence}: ${String(error)}`).toBe(true);
        expect((error as Error).message).not.toBe("");
      }
    });
  });
}
