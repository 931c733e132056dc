import { closeSync, cpSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { BackendError } from "@hitbox/core";
import { quickly, useFolder } from "@hitbox/test-support";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkStore } from "../src/check-store.ts";
import { build } from "./child.ts";
import { closedStore } from "./closed-store.ts";
import { fatalOf } from "./fatal-damages.ts";

const freshPath = useFolder();

const META_BYTES = 176;
const [RUNS, QUICK_RUNS] = [150, 10];
const SEED = Number.parseInt(process.env.SEED || "1", 10);

/** Writes a number of `bytes` bytes into a meta page. */
function overwrite(path: string, position: number, bytes: number, value: bigint): void {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(value);
  const descriptor = openSync(join(path, "data.mdb"), "r+");
  writeSync(descriptor, number, 0, bytes, position);
  closeSync(descriptor);
}

/** Fields of a meta page: offset and bytes. */
const FIELDS = {
  "page size": [48, 4],
  "flags of the free pages' tree": [52, 2],
  "depth of the free pages' tree": [54, 2],
  "pages of the free pages' tree": [64, 8],
  "root of the free pages' tree": [88, 8],
  "flags of the main tree": [100, 2],
  "depth of the main tree": [102, 2],
  "pages of the main tree": [112, 8],
  "root of the main tree": [136, 8],
  "last page": [144, 8],
} as const;

const NUMBERS = [
  0n,
  1n,
  3n,
  0x7fn,
  0x1001n,
  0x7fff_ffffn,
  0xffff_ffffn,
  2n ** 52n,
  2n ** 63n,
  2n ** 64n - 2n,
];

describe.each(["first", "second", "third"])("a store whose %s meta page has a wrong", (which) => {
  it.each(Object.entries(FIELDS))("%s is refused as corrupt, or opened", async (_, [offset, bytes]) => {
    const { path, pageSize } = await closedStore(freshPath());
    const base = { first: 0, second: pageSize, third: pageSize / 2 }[which] ?? 0;
    for (const number of NUMBERS) {
      const damaged = freshPath();
      cpSync(path, damaged, { recursive: true });
      overwrite(damaged, base + offset, bytes, number);
      expect(problemAt(damaged)).toMatch(/^(corrupt: .*data\.mdb is |nothing)/);
    }
  });
});

describe("a store whose first meta page says that pages have", () => {
  it.each([0n, 1n, 511n, 4_095n, 4_097n, 2n ** 20n, 2n ** 32n - 1n])("%i bytes is refused", async (size) => {
    const { path } = await closedStore(freshPath());
    overwrite(path, 48, 4, size);
    expect(problemAt(path)).toMatch(/^corrupt: .*data\.mdb is damaged/);
  });
});

/** What is wrong with a store, if it can be seen before the store is opened. */
function problemAt(path: string): string {
  try {
    checkStore(path, "write");
    return "nothing";
  } catch (error) {
    return BackendError.is(error) ? `${error.code}: ${error.message}` : `not a BackendError: ${error}`;
  }
}

describe("meta pages that are damaged at random", () => {
  beforeAll(build);

  it("are an error or none, and end no process", { timeout: 240_000 }, async () => {
    const { path, pageSize } = await closedStore(freshPath());
    const offsets = Object.values(FIELDS).map(([offset]) => offset);
    const damage = fc.record({
      page: fc.constantFrom(0, pageSize / 2, pageSize),
      at: fc.oneof(fc.nat(META_BYTES - 1), fc.constantFrom(...offsets)),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.constantFrom(...NUMBERS).map((number) => new Uint8Array(new BigUint64Array([number]).buffer)),
      ),
    });
    const drawn = fc.sample(fc.array(damage, { minLength: 1, maxLength: 3 }), { numRuns: RUNS, seed: SEED });
    const damages = drawn.map((some) => some.map(({ page, at, bytes }) => ({ position: page + at, bytes })));
    expect(await fatalOf(path, quickly(damages, QUICK_RUNS))).toEqual([]);
  });
});
