import { createHash, createSecretKey } from "node:crypto";
import { runInNewContext } from "node:vm";
import { cacheBackend, cacheValue } from "@hitbox/core";
import { frozen, memory } from "@hitbox/memory";
import { describe, expect, test } from "vitest";

/** What a reader gets of a value that has been written. */
function kept<T>(value: T): T {
  return frozen().deserialize(frozen().serialize(value)) as T;
}

/** Own properties all through, with their attributes but those that freezing changes. */
function anatomy(value: unknown, seen = new Map<unknown, number>()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return `seen ${known}`;
  seen.set(value, seen.size);
  const names = ArrayBuffer.isView(value) ? [] : Reflect.ownKeys(value);
  return {
    prototype: numberOf(Object.getPrototypeOf(value)),
    tag: Object.prototype.toString.call(value),
    own: names.map((name) => {
      const { value: part, enumerable, get, set } = descriptorOf(value, name);
      return [name, enumerable, get, set, anatomy(part, seen)];
    }),
    parts: value instanceof Map || value instanceof Set ? [...value].map((part) => anatomy(part, seen)) : [],
    text: value instanceof Date || value instanceof URL || value instanceof RegExp ? `${value}` : "",
    bytes: bytesIn(value),
  };
}

/** The stack of an error is what it says: releases of V8 keep it in a data property or behind an accessor. */
function descriptorOf(value: object, name: PropertyKey): PropertyDescriptor {
  const descriptor = Object.getOwnPropertyDescriptor(value, name) ?? {};
  if (!(value instanceof Error && name === "stack")) return descriptor;
  return { value: value.stack, enumerable: descriptor.enumerable ?? false };
}

const prototypes: unknown[] = [];

/** A number for each prototype: to compare the prototypes themselves would run their getters. */
function numberOf(prototype: unknown): number {
  return prototypes.includes(prototype) ? prototypes.indexOf(prototype) : prototypes.push(prototype) - 1;
}

function bytesIn(value: object): unknown {
  if (ArrayBuffer.isView(value)) return [...Buffer.from(value.buffer, value.byteOffset, value.byteLength)];
  return value instanceof ArrayBuffer ? [...new Uint8Array(value)] : [];
}

const TYPED_ARRAYS = [
  ...[Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array, Int8Array, Int16Array, Int32Array],
  ...[Float32Array, Float64Array],
];
const ERRORS = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

const cyclic = (): unknown => {
  const map = new Map<string, unknown>();
  const list = [map, map];
  map.set("list", list);
  return { map, list };
};

const lastIndex = (): RegExp => {
  const expression = /b/giu;
  expression.test("abc");
  return expression;
};

const longWithName = (): unknown =>
  Object.assign(
    Array.from({ length: 100 }, (_, index) => index),
    { total: 5 },
  );

const KEPT: readonly (readonly [what: string, make: () => unknown])[] = [
  ["a Buffer", () => Buffer.from("hello")],
  ["a Buffer of a pool", () => ({ raw: Buffer.from("hi").subarray(1) })],
  ["an ArrayBuffer", () => Uint8Array.of(1, 2, 255).buffer],
  ["a DataView", () => new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2)],
  ...TYPED_ARRAYS.map((View) => [`a ${View.name}`, () => new View([1, 2, 200])] as const),
  ["a BigInt64Array", () => BigInt64Array.of(-1n)],
  ["a BigUint64Array", () => BigUint64Array.of(2n ** 63n)],
  ["NaNs of a Float64Array", () => new Float64Array(Uint8Array.of(1, 2, 3, 4, 5, 6, 0xf8, 0x7f).buffer)],
  ["a Date", () => new Date(5)],
  ["an invalid Date", () => new Date(Number.NaN)],
  [
    "a Map, with keys that are objects",
    () =>
      new Map<unknown, unknown>([
        [{ a: 1 }, new Set([[1]])],
        ["b", undefined],
      ]),
  ],
  ["a Set", () => new Set([Number.NaN, -0, "a", { b: 1 }])],
  ["a RegExp, and where it is", lastIndex],
  ["a URL", () => new URL("https://user@example.com:8443/p?q=1#h")],
  ...ERRORS.map((Class) => [`a ${Class.name}`, () => new Class("failed", { cause: { code: 5 } })] as const),
  ["an AggregateError", () => new AggregateError([new Error("a"), 1], "both")],
  [
    "an Error with data",
    () => Object.assign(new Error("a"), { code: "ENOENT", at: new Date(1), name: "Own" }),
  ],
  ["an object without a prototype", () => Object.assign(Object.create(null), { a: 1 })],
  ["a property named __proto__", () => JSON.parse('{"__proto__":{"a":1},"b":2}')],
  [
    "undefined, -0, NaN, infinities and bigints",
    () => ({ a: undefined, b: -0, c: Number.NaN, d: -Infinity, e: 2n ** 80n }),
  ],
  ["lone surrogates", () => ({ text: `a rather long text \ud800, and more` })],
  ["a sparse array", () => Object.assign([], { 0: 1, 2: 3 })],
  [
    "a sparse array of any length",
    () => Object.assign(new Array(2 ** 32 - 1), { 5: "five", 4000000000: "last" }),
  ],
  ["an array with a name beside its elements", () => Object.assign([1, 2], { total: 3 })],
  ["a long array with a name beside its elements", longWithName],
  ["a match of a RegExp", () => /(?<first>.)b/.exec("ab")],
  ["cycles through a Map", cyclic],
  [
    "objects of another realm",
    () => runInNewContext("({ list: [1, { a: 2 }], at: new Date(5), map: new Map([[1, 2]]) })"),
  ],
];

describe("frozen()", () => {
  test.each(KEPT)("keeps %s", (_, make) => {
    const value = make();
    const before = anatomy(value);
    for (const again of [kept(value), kept([value])[0], kept(new Map([["key", value]])).get("key")])
      expect(anatomy(again)).toEqual(before);
    expect(anatomy(value)).toEqual(before);
  });

  test("keeps a Buffer's own methods", async () => {
    const backend = cacheBackend(memory({ maxEntries: 10 }));
    await backend.set("key", cacheValue(Buffer.from("hi")));
    expect((await backend.get<Buffer>("key"))?.data.toString()).toBe("hi");
  });

  test("keeps values that are nested more deeply than a stack is", () => {
    let value: unknown[] = [];
    for (let depth = 0; depth < 100_000; depth++) value = [value, new Date(depth)];
    let read = kept(value);
    let depth = 99_999;
    while ((read[1] as Date | undefined)?.getTime() === depth) {
      depth -= 1;
      read = read[0] as unknown[];
    }
    expect([depth, read]).toEqual([-1, []]);
  });

  test("keeps the bytes of a view, and not the pool that it is part of", () => {
    const view = kept(Buffer.from("small"));
    expect(view.buffer.byteLength).toBe(5);
  });
});

class Money {
  readonly amount = 5;
}
class Secret {
  readonly #code = 5;
  read = (): number => this.#code;
}
class OwnDate extends Date {}
class OwnMap extends Map {}
class OwnArray extends Array {}
class OwnError extends Error {}
class OwnBytes extends Uint8Array {}

const withSymbol = { a: 1, [Symbol("s")]: 2 };
const withGetter = {
  get name(): string {
    throw new Error("ran");
  },
};
const hidden = Object.defineProperty({ a: 1 }, "b", { value: 2 });
const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });

function args(..._: unknown[]): unknown {
  // biome-ignore lint/complexity/noArguments: what is tested.
  return arguments;
}

const REFUSED: readonly (readonly [what: string, value: unknown, kind: RegExp])[] = [
  ["a function", () => 1, / is a function,.*; leave it out/],
  ["a symbol", Symbol("s"), / is a symbol,/],
  ["an instance of a class", new Money(), / is an instance of Money,.*; store plain data instead/],
  ["an instance with private fields", new Secret(), / is an instance of Secret,/],
  ["an object whose prototype is data", Object.create({ a: 1 }), / is an object of a class without a name,/],
  ["a subclass of Date", new OwnDate(), / is an instance of OwnDate,/],
  ["a subclass of Map", new OwnMap(), / is an instance of OwnMap,/],
  ["a subclass of Array", new OwnArray(), / is an instance of OwnArray,/],
  ["a subclass of Error", new OwnError(), / is an instance of OwnError,/],
  ["a subclass of a typed array", new OwnBytes(2), / is an instance of OwnBytes,/],
  [
    "an object that only has the prototype of Date",
    Object.create(Date.prototype),
    / is an instance of Date,/,
  ],
  ["a Map with properties", Object.assign(new Map(), { a: 1 }), /\.a is a property of a built-in object,/],
  [
    "a typed array with properties",
    Object.assign(Uint8Array.of(1), { a: 1 }),
    / is a typed array with properties/,
  ],
  ["a boxed number", new Number(5), / is an instance of Number,/],
  ["a property named by a symbol", withSymbol, /\[a symbol\] is a property whose name is a symbol,/],
  ["a getter", withGetter, /\.name is a getter or setter,/],
  ["a property that is not enumerable", hidden, /\.b is a property that is not enumerable,/],
  ["arguments", args(1), / is a property /],
  ["a Proxy", new Proxy({ a: 1 }, {}), / is a Proxy,/],
  ["a Promise", Promise.resolve(1), / is a Promise,.*; an `await` is missing/],
  ["a generator", (function* () {})(), /; store its items: /],
  ["an iterator", [1].values(), / is an /],
  ["a WeakMap", new WeakMap(), / is an instance of WeakMap,/],
  ["a WeakRef", new WeakRef({}), / is an instance of WeakRef,/],
  ["a SharedArrayBuffer", new SharedArrayBuffer(2), / is an instance of SharedArrayBuffer,/],
  ["a view of a SharedArrayBuffer", new Uint8Array(new SharedArrayBuffer(2)), / is a SharedArrayBuffer,/],
  ["a detached view", detached, / is a detached ArrayBuffer,/],
  ["a Response", new Response("body"), / is an instance of Response,.*; store its status, /],
  ["a Request", new Request("https://example.com"), / is an instance of Request,/],
  ["Headers", new Headers({ a: "b" }), / is an instance of Headers,/],
  ["FormData", new FormData(), / is an instance of FormData,/],
  ["a Blob", new Blob(["a"]), / is an instance of Blob,/],
  [
    "URLSearchParams",
    new URLSearchParams("a=1"),
    / is an instance of URLSearchParams,.*; store its text: `String/,
  ],
  ["an AbortSignal", AbortSignal.abort(), / is an instance of AbortSignal,/],
  ["a DOMException", new DOMException("a"), / is an instance of DOMException,/],
  ["an Intl object", new Intl.NumberFormat("en"), / is an instance of NumberFormat,/],
  ["a hash", createHash("sha256"), / is an instance of Hash,/],
  ["a key", createSecretKey(Buffer.alloc(32)), / is an instance of SecretKeyObject,/],
  ["a MessageChannel", new MessageChannel(), / is an instance of MessageChannel,/],
  ["a TextEncoder", new TextEncoder(), / is an instance of TextEncoder,/],
  ["a stream", new ReadableStream(), / is an instance of ReadableStream,/],
  ["the Math object", Math, / is a property whose name is a symbol,/],
];

describe("frozen(), with the path and the old entry kept,", () => {
  test.each(REFUSED)("refuses %s", (_, value, kind) => {
    const backend = cacheBackend(memory({ maxEntries: 10 }));
    backend.set("key", cacheValue("old"));
    const shapes: readonly (readonly [unknown, string])[] = [
      [value, "value"],
      [{ user: { roles: [1, value] } }, "value.user.roles[1]"],
      [new Map([["a secret", { deep: value }]]), "value(value 0).deep"],
      [new Map([[value, 1]]), "value(key 0)"],
      [new Set([value]), "value(item 0)"],
      [Object.assign(new Error("a"), { cause: value }), "value.cause"],
      [{ "not a name\n": value }, 'value["not a name\\n"]'],
    ];
    for (const [shape, path] of shapes) {
      const refusal = expect.objectContaining({
        code: "serialization",
        message: expect.stringContaining(`frozen: ${path}`),
      });
      expect(() => backend.set("key", cacheValue(shape))).toThrow(refusal);
      expect(() => backend.set("key", cacheValue(shape))).toThrow(kind);
      expect(() => backend.set("key", cacheValue(shape))).not.toThrow("a secret");
    }
    expect(backend.get("key")).toMatchObject({ data: "old" });
  });

  test("refuses a function that is nested more deeply than a stack is", () => {
    let value: unknown[] = [() => {}];
    for (let depth = 0; depth < 50_000; depth++) value = [value];
    expect(() => frozen().serialize(value)).toThrow(/^value….*\[0\] is a function/);
  });
});
