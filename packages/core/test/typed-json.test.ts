// biome-ignore-all lint/suspicious/noSparseArray: holes are what is tested.

import { runInNewContext } from "node:vm";
import { json, typedJson } from "@hitbox/core";
import { anyCharacter, assertProperty, expectSame } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { littleEndian } from "../src/formats/typed-json/binary.ts";

const format = typedJson();
const trip = (value: unknown): unknown => format.deserialize(format.serialize(value));
const textOf = (value: unknown): string => Buffer.from(format.serialize(value)).toString();
const withParts = (error: Error, parts: object): Error => Object.assign(error, parts);

const name = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "constructor", "$Date", "toJSON", "length", "then"),
);
const text = fc.oneof(
  fc.string({ unit: anyCharacter(fc) }),
  fc.constantFrom("$", "$$", "$Map", "$Date:1", "$hole", " ", "\ud800"),
);
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }),
  fc.date({ noInvalidDate: false }),
  fc.webUrl().map((url) => new URL(url)),
  fc.constantFrom(null, undefined, true, false, /a+\/b/giu, /(?:)/),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.oneof(fc.uint8Array(), fc.float32Array(), fc.float64Array(), fc.int16Array(), fc.bigUint64Array()),
  fc.uint8Array().map((bytes) => new DataView(bytes.slice().buffer)),
  fc.uint8Array().map((bytes) => bytes.slice().buffer),
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
    fc.tuple(text, tie("value")).map(([message, cause]) => new TypeError(message, { cause })),
  ),
}));

describe("typedJson", () => {
  test("gives back any value equal, with the same types", async () => {
    await assertProperty(
      fc.property(anyValue, (value) => expectSame(trip(value), value)),
      { runs: 50 },
    );
  });

  test("writes plain data as JSON.stringify does, byte for byte", async () => {
    const plain = fc.oneof(
      fc.jsonValue({ noUnicodeString: false }),
      fc.dictionary(name, text),
      fc.array(text),
    );
    await assertProperty(
      fc.property(plain, (value) => {
        // fast-check draws −0, which is not plain.
        const data: unknown = JSON.parse(JSON.stringify(value));
        expect(textOf(data)).toBe(JSON.stringify(data));
        expect(format.deserialize(Buffer.from(JSON.stringify(data)))).toEqual(data);
      }),
      { runs: 50 },
    );
  });

  test("never writes another value as it writes plain data", async () => {
    await assertProperty(
      fc.property(anyValue, (value) => {
        const written = textOf(value);
        if (!written.startsWith(" ")) expectSame(JSON.parse(written), value);
      }),
      { runs: 50 },
    );
  });

  test.each<[string, unknown]>([
    ["undefined at the top", undefined],
    ["undefined in objects and arrays", { a: undefined, b: [undefined] }],
    ["holes", [1, , 3, , ,]],
    [
      "NaN, infinities and negative zero",
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
    ],
    ["an invalid date, and the ends of time", [new Date(Number.NaN), new Date(8.64e15), new Date(-8.64e15)]],
    ["the edges of decimal bigints", [2n ** 256n - 1n, 2n ** 256n, -(2n ** 256n), -(2n ** 256n) + 1n, 0n]],
    ["a bigint of a million bits", 1n << 1_000_000n],
    ["strings that look like escapes", ["$", "$$", "$Map", "$Date:1", "$type:X", new Date(0)]],
    ["arrays that look like escapes", [["$Map", ["a", 1]], ["$Set"], new Set([["$Set"]])]],
    ["names that look like escapes", { $Date: 1, $: new Date(1), $type: { $Map: [-0] } }],
    ["an own __proto__", JSON.parse('{"__proto__":{"polluted":["$Date:1"]},"b":["$"]}')],
    [
      "Map and Set with any keys",
      new Map<unknown, unknown>([[new Set([1n]), new Map([[{ a: -0 }, undefined]])]]),
    ],
    [
      "an error with cause",
      new RangeError("out", { cause: new Error("in", { cause: { at: new Date(1) } }) }),
    ],
    ["an error with properties", withParts(new TypeError("x"), { code: "E_X", name: "Own", status: 404n })],
    ["an aggregate of errors", new AggregateError([new Error("a"), new SyntaxError("b")], "both")],
    ["an error without message", new Error()],
  ])("keeps %s", (_, value) => {
    expectSame(trip(value), value);
  });

  test("keeps no stack of an error, and gives it one line", () => {
    const error = trip(new TypeError("secret place")) as Error;
    expect(textOf(new TypeError("x"))).not.toContain("typed-json.test");
    expect(error.stack).toBe("TypeError: secret place");
    expect(error).toBeInstanceOf(TypeError);
  });

  test("keeps every kind of typed array, with memory of its own, wherever it lies in memory", () => {
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
    const arrays = [...kinds.map((Kind) => new Kind(memory, 8, 3).fill(7)), new BigInt64Array([-1n])];
    const back = trip(arrays) as Uint8Array[];
    expect(back).toStrictEqual(arrays);
    for (const array of back) expect(array.buffer.byteLength).toBe(array.byteLength);
    const { buffer, byteOffset, byteLength } = trip(Buffer.from("abc")) as Buffer;
    expect([buffer.byteLength, byteOffset, byteLength]).toEqual([3, 0, 3]);
  });

  test("writes elements in little-endian order on every machine", () => {
    const bytes = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...littleEndian(bytes, 2, "BE")]).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
    expect([...littleEndian(bytes, 4, "BE")]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
    expect([...littleEndian(bytes, 8, "BE")]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(littleEndian(bytes, 8, "LE")).toBe(bytes);
  });

  test("keeps values of another realm as those of this one", () => {
    const foreign: unknown = runInNewContext(
      "({ list: [1, , 3], map: new Map([[1, -0]]), date: new Date(3), " +
        "bytes: new Uint8Array(4), error: new TypeError('x'), re: /x/g })",
    );
    const own = { list: [1, , 3], map: new Map([[1, -0]]), date: new Date(3), bytes: new Uint8Array(4) };
    expectSame(trip(foreign), { ...own, error: new TypeError("x"), re: /x/g });
  });

  test("does not change what it writes", () => {
    const value = { at: new Date(1), list: [, 1n, "$"], map: new Map([["$", -0]]) };
    const before = structuredClone(value);
    format.serialize(value);
    expectSame(value, before);
  });

  test("reads what json() has written", () => {
    expect(format.deserialize(json().serialize({ a: ["$Date:1", " "] }))).toEqual({ a: ["$Date:1", " "] });
  });
});

describe("typedJson refuses", () => {
  class Account {
    readonly #balance = 1;
    get balance(): number {
      return this.#balance;
    }
  }
  class Registry extends Map<string, number> {}
  class HttpError extends Error {}
  const remedy = "store a plain object, or name the class in typedJson({ types })";

  test.each<[unknown, string]>([
    [{ a: () => 1 }, "value.a: a function cannot be stored; leave it out"],
    [{ at: new Date(0), s: [Symbol("s")] }, "value.s[0]: a symbol cannot be stored; leave it out"],
    [Promise.resolve(1), "value: a promise cannot be stored; an `await` is missing"],
    [new Map([["k", Promise.resolve(1)]]), "value[entry 0 of the Map]: a promise"],
    [
      new Set([1, new Account()]),
      `value[member 1 of the Set]: an Account would come back without its class; ${remedy}`,
    ],
    [{ a: new Registry() }, "value.a: a Registry would come back without its class"],
    [{ a: new HttpError("x") }, "value.a: a HttpError would come back without its class"],
    [{ a: new Response("x") }, "value.a: a Response cannot be stored; store its status"],
    [{ a: new Headers() }, "value.a: a Headers cannot be stored"],
    [{ a: new URLSearchParams() }, "value.a: a URLSearchParams cannot be stored"],
    [{ a: new Blob([]) }, "value.a: a Blob cannot be stored"],
    [{ a: new Intl.DateTimeFormat() }, "value.a: an Intl.DateTimeFormat cannot be stored"],
    [{ a: (function* () {})() }, "value.a: a Generator cannot be stored"],
    [{ a: new SharedArrayBuffer(1) }, "value.a: a SharedArrayBuffer cannot be stored; copy it"],
    [new Error("x", { cause: { call: () => 1 } }), "value.cause.call: a function"],
    [new RegExp("x".repeat(65_537)), "value: a RegExp of more than 65536 characters"],
    [new URL(`data:,${"x".repeat(65_536)}`), "value: a URL of more than 65536 characters"],
  ])("%s and says where and what to do", (value, message) => {
    expect(() => format.serialize(value)).toThrow(TypeError);
    expect(() => format.serialize(value)).toThrow(message);
  });

  test("objects that have the prototype of a class and are none of it", () => {
    expect(() => format.serialize(Object.create(Date.prototype))).toThrow("this is not a Date object");
    expect(() => format.serialize(Object.create(Map.prototype))).toThrow("value: a Map would come back");
  });

  test("cycles, 501 levels and values without end", () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = new Map([["k", cyclic]]);
    expect(() => format.serialize(cyclic)).toThrow("a cycle, or more than 500 levels");
    let doubled: unknown = new Date(0);
    for (let level = 0; level < 60; level++) doubled = [doubled, doubled];
    expect(() => format.serialize(doubled)).toThrow("more nodes than `maxNodes` allows");
    const sparse: unknown[] = [];
    sparse.length = 4_000_000_000;
    expect(() => format.serialize(sparse)).toThrow("more nodes than `maxNodes` allows");
  });

  test.each([
    "$",
    "$date:1",
    "$Date:",
    "$Date:1e3",
    "$Date: 1",
    "$Date:0x1",
    "$Date:9999999999999999",
    "$Date:--1",
    "$BigInt:",
    "$BigInt:1n",
    "$BigInt:-",
    "$BigInt:0b1",
    "$URL:no url",
    "$RegExp:x",
    "$RegExp:gg:x",
    "$RegExp::(",
    "$Uint8Array:A",
    "$Uint8Array:AA=A",
    "$Uint8Array:A!==",
    "$Float64Array:AA==",
    "$Object:AA==",
    "$hole",
    "$constructor",
    "$undefined:",
    "$NaN ",
    "$Infinity:1",
  ])("reading the escape %s is refused", (escaped) => {
    expect(() => format.deserialize(Buffer.from(` {"a":${JSON.stringify(escaped)}}`))).toThrow(RangeError);
  });

  test.each([
    '["$Map",1]',
    '["$Map",[1]]',
    '["$Map",[1,2,3]]',
    '["$Map","$hole"]',
    '["$Set","$hole"]',
    '["$Error"]',
    '["$Error","Object",{},{}]',
    '["$Error","Error",{}]',
    '["$Error","Error",[],{}]',
    '["$Error",["$Set"],{},{}]',
    '["$type:None",1]',
    '["$type:","x"]',
  ])("reading %s is refused", (document) => {
    expect(() => format.deserialize(Buffer.from(` ${document}`))).toThrow(RangeError);
  });

  test("an error shows no content of a wrong escape", () => {
    for (const escaped of [
      "$URL:secret",
      "$RegExp:g:(secret",
      "$BigInt:secret",
      "$secret:1",
      "$Date:secret",
    ]) {
      const read = () => format.deserialize(Buffer.from(` ${JSON.stringify(escaped)}`));
      expect(read).not.toThrow("secret");
      expect(read).toThrow(RangeError);
    }
  });

  test("a document chooses no prototypes", () => {
    const read = format.deserialize(
      Buffer.from(' ["$Error","Error",{"message":"x"},{"__proto__":{"polluted":"$-0"}}]'),
    ) as Error;
    expect(Object.getPrototypeOf(read)).toBe(Error.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("what fits when it is written", () => {
  test("fits when it is read, whatever the limit", async () => {
    await assertProperty(
      fc.property(anyValue, fc.integer({ min: 1, max: 60 }), (value, maxNodes) => {
        const small = typedJson({ maxNodes });
        let bytes: Uint8Array;
        try {
          bytes = small.serialize(value);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
          return;
        }
        expectSame(small.deserialize(bytes), value);
      }),
      { runs: 50 },
    );
  });

  test("fits at 500 levels, however they are made", () => {
    let deep: unknown = "bottom";
    for (let level = 0; level < 500; level++) deep = level % 2 === 0 ? [deep] : { deep };
    expectSame(trip(deep), deep);
    let sets: unknown = "bottom";
    for (let level = 0; level < 500; level++) sets = new Set([sets]);
    expectSame(trip(sets), sets);
    expect(() => format.serialize(new Set([sets]))).toThrow("more than 500 levels");
  });
});
