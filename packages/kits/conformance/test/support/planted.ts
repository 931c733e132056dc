import { readFileSync } from "node:fs";
import { type CacheBackend, type Compressor, type Format, type Store, storeBackend } from "@hitbox/core";
import { describe, expect, test } from "vitest";
import {
  backendConformance,
  compressorConformance,
  formatConformance,
  type RegisterTest,
} from "../../src/index.ts";
import { type Collected, collect, failureOfCase } from "./collect.ts";
import type { Disk, MapBackend } from "./map-backend.ts";
import { leaving, mapStore, type Space, storeHooks } from "./map-store.ts";
import { hooksOf, type NativeBackend } from "./native-backend.ts";

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

export interface FaultBeneath extends Caught {
  readonly backend: new (disk: Disk, space: string) => NativeBackend;
  readonly client?: "given" | "own";
}

export type FaultsBeneath = Readonly<Record<string, FaultBeneath>>;
type NamedFault = readonly [name: string, fault: FaultBeneath];

/**
 * The same for faults that show beneath the adapter. Each is a row of the table in the README. Of those in
 * `first`, the first case of all that fails is one that names the cause.
 */
export function testFaultsBeneath(
  group: string,
  faults: FaultsBeneath,
  first: (faults: readonly NamedFault[]) => readonly NamedFault[],
): void {
  testPlanted(group, faults, (fault, register) => plantBeneath(fault, register, group));
  testRows(group, faults);
  for (const [name, fault] of first(Object.entries(faults)))
    test.concurrent(`the first case of all that fails names the cause of one that ${name}`, async () => {
      const cases = collect((register) => plantBeneath(fault, register));
      expect(fault.caughtBy).toContain(await firstFailure(cases));
    });
}

/** What the store beneath a `storeBackend` does otherwise than an honest one. */
export interface StoreFault extends Caught {
  readonly members: readonly (keyof Store)[];
  readonly change: (honest: Store<number>, beneath: { readonly rows: Space }) => Partial<Store<number>>;
}

/** The same for stores that `storeBackend` makes a backend of, as their authors write them. */
export function testFaultsInStores(group: string, faults: Readonly<Record<string, StoreFault>>): void {
  testPlanted(group, faults, ({ members, change }, register) => {
    const rows: Space = new Map();
    const spaces = new Map([["", rows]]);
    const away = new Set<string>();
    const open = (space: string): ReturnType<typeof storeBackend> => {
      const honest = leaving(mapStore(spaces, members), () => away.has(space));
      return storeBackend({ ...honest, ...change(honest, { rows }), keys: { prefix: `${space}:` } });
    };
    const raw = { ...storeHooks(spaces), breakConnection: (space: string) => away.add(space) };
    backendConformance({ test: register, open, name: group, raw });
  });
  testRows(group, faults);
}

function testRows(group: string, faults: Readonly<Record<string, Caught>>): void {
  test(`the README says which case finds each of ${group}`, () => {
    const rows = Object.entries(faults).map(([name, { caughtBy }]) => `| ${name} | ${caughtBy[0]} |`);
    expect(rows.filter((row) => !README.includes(row))).toEqual([]);
  });
}

function plantBeneath({ backend, client }: FaultBeneath, register: RegisterTest, name?: string): void {
  const disk: Disk = new Map();
  const open = (space: string): NativeBackend => new backend(disk, space);
  backendConformance({ test: register, open, name, raw: hooksOf(disk, client) });
}

/** A machine that is late may miss a fault of some milliseconds: it does not three times. */
async function failureInTries(cases: Collected, name: string): Promise<unknown> {
  for (let tries = 1; tries < 3; tries++) {
    const error = await failureOfCase(cases, name);
    if (error !== undefined) return error;
  }
  return failureOfCase(cases, name);
}

async function firstFailure(cases: Collected): Promise<string | undefined> {
  for (const name of cases.keys()) if ((await failureOfCase(cases, name)) !== undefined) return name;
  return undefined;
}

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

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
  // At once, because some wait for times to live. A compressor's are measured.
  (group.startsWith("stores") ? describe.concurrent : describe)(group, () => {
    test.for(Object.entries(faults))("one that %s is found out", async ([, fault]) => {
      const cases = collect((register) => plant(fault, register));
      for (const sentence of fault.caughtBy) {
        const error = await failureInTries(cases, `${group}: ${sentence}`);
        // With a sentence for the author, and not because the kit stumbled.
        const found =
          error instanceof Error && !(error instanceof TypeError || error instanceof ReferenceError);
        expect(found, `${sentence}: ${String(error)}`).toBe(true);
        expect((error as Error).message).not.toBe("");
      }
    });
  });
}
