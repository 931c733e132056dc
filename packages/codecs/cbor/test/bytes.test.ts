// biome-ignore-all lint/suspicious/noSparseArray: holes are what is tested.

import { describe, expect, it } from "vitest";
import { cbor } from "../src/index.ts";

const format = cbor();
const hex = (value: unknown): string => Buffer.from(format.serialize(value)).toString("hex");
const read = (digits: string): unknown => format.deserialize(Buffer.from(digits, "hex"));

describe("a payload", () => {
  // RFC 8949, appendix A, and the specifications of the tags.
  it.each<[unknown, string]>([
    [0, "00"],
    [1000000, "1a000f4240"],
    [-1000, "3903e7"],
    [-0, "fb8000000000000000"],
    [1.1, "fb3ff199999999999a"],
    [18446744073709551615n, "1bffffffffffffffff"],
    [18446744073709551616n, "c249010000000000000000"],
    [-18446744073709551617n, "c349010000000000000000"],
    [null, "f6"],
    [undefined, "f7"],
    [new Date(1363896240000), "c11a514b67b0"],
    [new Date(1363896240500), "c1fb41d452d9ec200000"],
    ["水", "63e6b0b4"],
    [Buffer.from([1, 2, 3, 4]), "4401020304"],
    [new Uint8Array([1, 2]), "d840420102"],
    [{ a: 1, b: [2, 3] }, "a26161016162820203"],
    [new Map([[1, 2]]), "d90103a10102"],
    [new Set([1]), "d901028101"],
    [[1, , 3], "8301d81ff703"],
    ["\ud800", "d9011143eda080"],
  ])("of %s is the plain CBOR for it", (value, digits) => {
    expect(hex(value)).toBe(digits);
    expect(read(digits)).toStrictEqual(value);
  });

  it("stands alone: it depends on nothing that was written before", () => {
    const value = [
      { name: "a", size: 1 },
      { name: "b", size: 2 },
    ];
    const first = hex(value);
    for (let index = 0; index < 50; index++)
      format.serialize({ name: `n${index}`, size: index, [`x${index}`]: 1 });
    expect(hex(value)).toBe(first);
  });

  it("has bytes of its own", () => {
    const bytes = format.serialize({ a: 1 });
    const before = Buffer.from(bytes);
    format.serialize({ b: "x".repeat(1_000) });
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
    expect(Buffer.from(bytes)).toStrictEqual(before);
  });

  it("is left as it was by reading, and shares no memory with what is read", () => {
    const bytes = format.serialize([
      new Uint8Array(64),
      Buffer.alloc(64),
      new Float64Array(8),
      new Uint8Array(1),
    ]);
    const before = Buffer.from(bytes);
    for (const array of format.deserialize(bytes) as Uint8Array[]) {
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).fill(9);
    }
    expect(Buffer.from(bytes)).toStrictEqual(before);
    expect(Object.keys(bytes)).toHaveLength(bytes.byteLength);
  });

  it("is read from a slice of a larger buffer", () => {
    const bytes = format.serialize({ a: [1, "two"] });
    const large = Buffer.concat([Buffer.alloc(7, 0xff), bytes, Buffer.alloc(9, 0xff)]);
    expect(format.deserialize(large.subarray(7, 7 + bytes.byteLength))).toStrictEqual({ a: [1, "two"] });
  });
});
