// biome-ignore-all lint/suspicious/noSparseArray: holes are what is tested.

import { runInNewContext } from "node:vm";
import { anyCharacter, assertProperty, expectSame } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cbor } from "../src/index.ts";

const format = cbor();
const trip = (value: unknown): unknown => format.deserialize(format.serialize(value));

const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
const text = fc.oneof(
  fc.string({ unit: anyCharacter(fc), maxLength: 200 }),
  units,
  fc.constant(`\uFEFF${"x".repeat(99)}`),
);
const name = fc
  .oneof(
    fc.string(),
    fc.constantFrom("constructor", "hasOwnProperty", "toString", "length", "toJSON", "then"),
  )
  .filter((key) => key !== "__proto__");
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(-0, 2 ** 53, -(2 ** 32), 2 ** 32),
);
const bigint = fc.oneof(fc.bigInt(), fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }));
const bytes = fc.uint8Array({ maxLength: 300 });
const leaf = fc.oneof(
  text,
  number,
  bigint,
  bytes,
  bytes.map((array) => Buffer.from(array)),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(null, undefined, true, false),
  fc.oneof(fc.float32Array(), fc.float64Array(), fc.int16Array(), fc.uint32Array(), fc.bigInt64Array()),
);
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value")),
    fc.sparseArray(tie("value"), { maxLength: 12 }),
    fc.dictionary(name, tie("value"), { noNullPrototype: true }),
    fc.array(fc.tuple(tie("value"), tie("value"))).map((entries) => new Map(entries)),
    fc.array(tie("value")).map((items) => new Set(items)),
  ),
}));

describe("a value", () => {
  it("reads back equal, with the same types", async () => {
    await assertProperty(
      fc.property(anyValue, (value) => {
        expectSame(trip(value), value);
      }),
      { runs: 100 },
    );
  });

  it("is not changed by being written", () => {
    const value = {
      zero: -0,
      list: [, 1n << 99n, "\ud800"],
      map: new Map([[-0, -0]]),
      set: new Set([1n << 99n]),
    };
    const before = structuredClone(value);
    format.serialize(value);
    expect(value).toStrictEqual(before);
  });

  it.each<[string, unknown]>([
    ["NaN", Number.NaN],
    ["infinities", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
    ["negative zero, at every place", [-0, { zero: -0 }, new Map([["zero", -0]])]],
    ["undefined at the top", undefined],
    ["undefined as property and item", { a: undefined, b: [undefined] }],
    ["holes", [1, , 3, , ,]],
    ["an array of holes only", new Array(5)],
    ["sparse arrays as key and member", [new Map([[[, 1], { a: [, 2] }]]), new Set([[, 3]])]],
    ["numbers and bigints of one size", [1, 1n, 2 ** 53, 2n ** 53n, -1, -1n, 0, 0n]],
    ["the 64-bit edges", [2n ** 64n - 1n, 2n ** 64n, -(2n ** 64n), -(2n ** 64n) - 1n]],
    ["a bigint of a million bits", [1n << 1_000_000n, -(1n << 1_000_000n)]],
    ["an invalid date", new Date(Number.NaN)],
    [
      "dates at the ends of time",
      [new Date(8.64e15), new Date(-8.64e15), new Date(-1), new Date(8.64e15 - 1)],
    ],
    ["a date whose seconds round", new Date(4_415_087_901_941_980)],
    ["lone surrogates", ["\ud800", "a\udfffb", "\udc00\ud800", "\ud800".repeat(100)]],
    ["text after a byte order mark", ["\uFEFF", `\uFEFF${"x".repeat(99)}`, `\uFEFF${"é".repeat(99)}`]],
    ["a long string", "á".repeat(5_000_000)],
    ["names of what every object has", { constructor: 1, toString: null, hasOwnProperty: "x", valueOf: [] }],
    ["100,000 properties", Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]))],
    ["Uint8Array", new Uint8Array([0, 1, 255])],
    ["Buffer", Buffer.from([0, 1, 255])],
    ["an empty Map in a Map in a Map", new Map([[new Map([[new Map(), new Set()]]), {}]])],
  ])("keeps %s", (_, value) => {
    expectSame(trip(value), value);
  });

  it("keeps every kind of typed array, wherever it lies in memory", () => {
    const memory = new ArrayBuffer(64);
    const kinds = [
      Uint8Array,
      Uint8ClampedArray,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
    ];
    const arrays = kinds.map((Kind) => new Kind(memory, 8, 3).fill(7));
    const others = [
      new Float32Array([0.5]),
      new Float64Array([-0]),
      new BigInt64Array([-1n]),
      new BigUint64Array([1n]),
    ];
    // One byte in front, so that nothing is aligned.
    expect(trip([1, ...arrays, ...others])).toStrictEqual([1, ...arrays, ...others]);
  });

  it("keeps 500 levels", () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 500; level++) deep = level % 2 === 0 ? [deep] : { deep };
    expect(trip(deep)).toStrictEqual(deep);
  });

  it("of a class, or without a prototype, reads back as a plain object", () => {
    class Point {
      readonly x = 1;
      get double(): number {
        return this.x * 2;
      }
    }
    expect(trip(new Point())).toStrictEqual({ x: 1 });
    expect(trip(Object.assign(Object.create(null), { a: 1 }))).toStrictEqual({ a: 1 });
  });

  it("of a subclass, or of another realm, reads back as what it extends", () => {
    class Registry extends Map<string, number> {}
    class List extends Array<number> {}
    const foreign: unknown = runInNewContext(
      "({ list: [1, , 3], map: new Map([[1, -0]]), set: new Set([2]), date: new Date(3), bytes: new Uint8Array(4) })",
    );
    expect(trip([new Registry([["a", 1]]), List.from([1, 2])])).toStrictEqual([new Map([["a", 1]]), [1, 2]]);
    expect(trip(foreign)).toStrictEqual({
      list: [1, , 3],
      map: new Map([[1, -0]]),
      set: new Set([2]),
      date: new Date(3),
      bytes: new Uint8Array(4),
    });
  });

  it("used twice reads back as two equal values", () => {
    const shared = { a: 1 };
    const [left, right] = trip([shared, shared]) as [object, object];
    expect([left, right]).toStrictEqual([shared, shared]);
    expect(left).not.toBe(right);
  });
});
