import { describe, expect, it } from "vitest";
import { cbor } from "../src/index.ts";

const format = cbor();
const inside = (value: unknown): unknown => ({ list: [1, { value }] });
const cyclic: Record<string, unknown> = { a: 1 };
cyclic.self = { back: cyclic };
const wide: unknown[] = [];
wide.push(wide, wide, wide);

describe("serialize", () => {
  it.each<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a symbol as key", { [Symbol.iterator]: 1 }],
    ["an own __proto__", JSON.parse('{"__proto__":{"polluted":true}}')],
    ["a name with a lone surrogate", { "\ud800": 1 }],
    ["an error", new RangeError("x")],
    ["a regular expression", /x/],
    ["an ArrayBuffer", new ArrayBuffer(1)],
    ["a DataView", new DataView(new ArrayBuffer(1))],
    ["a boxed number", Object(1)],
    ["a promise", Promise.resolve(1)],
    ["a WeakMap", new WeakMap()],
    ["a URL", new URL("http://localhost")],
    ["a generator", (function* () {})()],
    ["a collection of its own kind", new URLSearchParams("a=1")],
    [
      "an instance with toJSON",
      new (class {
        toJSON(): number {
          return 1;
        }
      })(),
    ],
    ["a cycle", cyclic],
    ["a cycle with three ways into it", wide],
  ])("refuses %s, alone and inside", (_, value) => {
    expect(() => format.serialize(value)).toThrow(TypeError);
    expect(() => format.serialize(inside(value))).toThrow(TypeError);
    expect(() => format.serialize(new Map([[value, 1]]))).toThrow(TypeError);
    expect(() => format.serialize(new Set([value]))).toThrow(TypeError);
  });

  it("says where", () => {
    expect(() => format.serialize(inside(() => 1))).toThrow("value.list[1].value: a function cannot be kept");
    expect(() => format.serialize(new Map([["k", [Symbol.iterator]]]))).toThrow(
      "value[entry 0 of the Map][0]: a symbol cannot be kept",
    );
  });

  it("refuses 501 levels, as an error and not a crash", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 501; level++) deep = [deep];
    expect(() => format.serialize(deep)).toThrow("more than 500 levels");
    for (let level = 0; level < 100_000; level++) deep = { deep };
    expect(() => format.serialize(deep)).toThrow("more than 500 levels");
  });

  it("refuses what would grow without end", () => {
    let doubled: unknown = 1;
    for (let level = 0; level < 60; level++) doubled = [doubled, doubled];
    const sparse: unknown[] = [];
    sparse.length = 4_000_000_000;
    expect(() => format.serialize(doubled)).toThrow("more nodes than `maxNodes` allows");
    expect(() => format.serialize(sparse)).toThrow("more nodes than `maxNodes` allows");
  });

  it("works on after a refusal", () => {
    expect(() => format.serialize({ good: "x".repeat(10_000), bad: () => 1 })).toThrow(TypeError);
    expect(format.deserialize(format.serialize({ good: 1 }))).toStrictEqual({ good: 1 });
  });
});
