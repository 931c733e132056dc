// biome-ignore-all lint/suspicious/noSparseArray: holes are what is tested.

import { assertProperty, craftedKeys, expectSame } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cbor } from "../src/index.ts";

const format = cbor();
const read = (digits: string): unknown => format.deserialize(Buffer.from(digits, "hex"));

/** Milliseconds of this process since `start`: others that keep the processors busy do not count. */
function msOfCpu(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

const ROWS = Array.from({ length: 3 }, (_, id) => ({
  id,
  name: `row ${id}`,
  score: id / 3,
  at: new Date(1_700_000_000_000 + id),
  tags: new Set(["a", "b"]),
  extra: new Map<unknown, unknown>([[1n << 70n, new Uint8Array(9)]]),
  list: [, -0, undefined, "\ud800", "žluťoučký"],
}));

describe("deserialize", () => {
  it.each<[string, string]>([
    ["nothing", ""],
    ["bytes after the end", "0101"],
    ["an array of 4 billion", "9affffffff"],
    ["an array of 64-bit length", "9b00000000ffffffff"],
    ["a map of 4 billion", "baffffffff"],
    ["text of 4 GiB", "7affffffff"],
    ["bytes of 4 GiB", "5affffffff"],
    ["an indefinite array", "9f01ff"],
    ["indefinite text", "7f6161ff"],
    ["a break", "ff"],
    ["reserved lengths", "1c"],
    ["an unknown simple value", "f820"],
    ["truncated text", "6361"],
    ["a truncated float", "fb3ff1"],
    ["a truncated integer", "1a0001"],
    ["a property name that is a number", "a10102"],
    ["a property named __proto__", "a1695f5f70726f746f5f5fa0"],
    ["records", "d9dfff83196000816161 01".replace(" ", "")],
    ["a legacy record", "d8698319e000816161 01".replace(" ", "")],
    ["shared values", "82d81c80d81d00"],
    ["packed values", "d83384816361626380 80e0".replace(" ", "")],
    ["a class by name", "d81b82665265674578706128"],
    ["a decimal fraction", "c48221196ab3"],
    ["a date from text", "c074323031332d30332d32315432303a30343a30305a"],
    ["a date from a bigint", "c11b0000000000000001"],
    ["a set of something else", "d9010201"],
    ["a map of something else", "d9010301"],
    ["a hole outside an array", "d81ff7"],
    ["a hole in a set", "d9010281d81ff7"],
    ["a hole of something else", "81d81f01"],
    ["half an element of a typed array", "d856443fb99999"],
    ["an unknown tag", "d8ff01"],
    ["the tag that describes itself", "d9d9f701"],
  ])("refuses %s", (_, digits) => {
    expect(() => read(digits)).toThrow();
  });

  it("refuses 501 levels as such, long before the stack is full", () => {
    expect(() => read(`${"81".repeat(501)}00`)).toThrow("more than 500 levels");
    expect(() => read(`${"81".repeat(500)}00`)).not.toThrow();
  });

  it("refuses nesting without end quickly, whatever it is made of", () => {
    const started = process.cpuUsage();
    for (const opening of ["81", "a16161", "d9010381a0", "d9010281", "c2", "d81c", "9f"]) {
      expect(() => read(opening.repeat(1_000_000))).toThrow();
    }
    expect(msOfCpu(started)).toBeLessThan(5_000);
  });

  it("refuses lies about size without believing them", () => {
    const before = process.memoryUsage().rss;
    for (let index = 0; index < 1_000; index++) expect(() => read("9a00fffffe".repeat(100))).toThrow();
    // Nested arrays whose counts each fit into what is left of the input.
    const nested = Buffer.concat(Array.from({ length: 400 }, () => Buffer.from("9a000f0000", "hex")));
    expect(() => format.deserialize(Buffer.concat([nested, Buffer.alloc(1_000_000)]))).toThrow();
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it("refuses millions of tiny containers before making them", () => {
    const maps = Buffer.concat([Buffer.from("9a00500000", "hex"), Buffer.alloc(0x500000, 0xa0)]);
    expect(() => format.deserialize(maps)).toThrow("more than 1048576 nodes");
  });

  it("refuses numbers in a Map or Set that were chosen to share one hash", () => {
    const keys = craftedKeys(40_000).map((key) => (key < 0 ? [0x3a, -1 - key] : [0x1a, key]));
    const heads = keys.map(([head = 0, argument = 0]) => {
      const bytes = Buffer.of(head, 0, 0, 0, 0);
      bytes.writeUInt32BE(argument, 1);
      return bytes;
    });
    const set = Buffer.concat([
      Buffer.from("d9010299", "hex"),
      Buffer.of(40_000 >> 8, 40_000 & 255),
      ...heads,
    ]);
    const zero = Buffer.of(0);
    const entries = heads.flatMap((head) => [head, zero]);
    const map = Buffer.concat([
      Buffer.from("d90103b9", "hex"),
      Buffer.of(40_000 >> 8, 40_000 & 255),
      ...entries,
    ]);
    expect(() => format.deserialize(set)).toThrow("were chosen to share one hash");
    expect(() => format.deserialize(map)).toThrow("were chosen to share one hash");
  });

  it("refuses too many shapes, read and written, and holds to the node", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ [`k${index}`]: 0 }));
    const bytes = cbor().serialize(many);
    expect(cbor().deserialize(bytes)).toStrictEqual(many);
    expect(() => cbor({ maxNodes: 60_000 }).deserialize(bytes)).toThrow("property names of their own");
    expect(() => cbor({ maxNodes: 60_000 }).serialize(many)).toThrow("property names of their own");
    const exact = cbor({ maxNodes: 4 });
    expect(exact.deserialize(exact.serialize([1, { a: 2 }]))).toStrictEqual([1, { a: 2 }]);
    expect(() => exact.serialize([1, { a: 2, b: 3 }])).toThrow("more nodes than `maxNodes` allows");
    expect(() => exact.deserialize(cbor().serialize([1, 2, 3, 4]))).toThrow("more than 4 nodes");
  });

  it("reads a bigint of a megabyte in well under a second", () => {
    const bytes = Buffer.concat([Buffer.from("c25a00100000", "hex"), Buffer.alloc(0x100000, 0xab)]);
    const started = process.cpuUsage();
    expect(typeof format.deserialize(bytes)).toBe("bigint");
    expect(msOfCpu(started)).toBeLessThan(2_000);
  });

  it("throws or answers for any mutation of real payloads, and pollutes nothing", async () => {
    const real = format.serialize(ROWS);
    const flip = fc.record({ at: fc.nat(real.byteLength - 1), to: fc.nat(255) });
    const mutation = fc.tuple(fc.array(flip, { minLength: 1, maxLength: 4 }), fc.nat(real.byteLength));
    await assertProperty(
      fc.property(mutation, ([flips, length]) => {
        const bytes = Buffer.from(real);
        for (const { at, to } of flips) bytes[at] = to;
        attempt(bytes);
        attempt(bytes.subarray(0, length));
      }),
      { runs: 1_000 },
    );
    expect(Object.keys(Object.prototype)).toStrictEqual([]);
    expect(format.deserialize(real)).toStrictEqual(ROWS);
  });

  it("throws or answers for any bytes", async () => {
    await assertProperty(fc.property(fc.uint8Array({ maxLength: 64 }), attempt), { runs: 1_000 });
    expect(format.deserialize(format.serialize(ROWS))).toStrictEqual(ROWS);
  });
});

/** What can be read can be written and read again. */
function attempt(bytes: Uint8Array): void {
  let value: unknown;
  try {
    value = format.deserialize(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return;
  }
  expectSame(format.deserialize(format.serialize(value)), value);
}
