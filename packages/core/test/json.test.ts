import { runInNewContext } from "node:vm";
import { json } from "@hitbox/core";
import { assertProperty } from "@hitbox/test-support";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("json", () => {
  test("round-trips everything that JSON can hold", async () => {
    await assertProperty(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const expected = JSON.parse(JSON.stringify(value));
        expect(json().deserialize(json().serialize(value))).toEqual(expected);
      }),
    );
  });

  test.each<[unknown, string]>([
    [new Date(0), "value: a Date would be changed by JSON; typedJson() and cbor() keep it"],
    [{ user: { born: new Date(0) } }, "value.user.born: a Date"],
    [[1, [2, Number.NaN]], "value[1][1]: NaN would be changed by JSON; typedJson() and cbor() keep it"],
    [{ at: Number.POSITIVE_INFINITY }, "value.at: Infinity"],
    [{ list: [undefined] }, "value.list[0]: undefined in an array"],
    [new Array(2), "value[0]: undefined in an array"],
    [new Map([[1, 2]]), "value: a Map would be changed by JSON; typedJson() and cbor() keep it"],
    [{ a: new Set() }, "value.a: a Set"],
    [
      { a: new Uint8Array(2) },
      "value.a: a Uint8Array would be changed by JSON; typedJson() and cbor() keep it",
    ],
    [{ a: Buffer.from("x") }, "value.a: a Buffer would be changed by JSON; typedJson() and cbor() keep it"],
    [
      { a: new DataView(new ArrayBuffer(1)) },
      "value.a: a DataView would be changed by JSON; typedJson() keeps it",
    ],
    [{ a: new ArrayBuffer(1) }, "value.a: an ArrayBuffer would be changed by JSON; typedJson() keeps it"],
    [{ a: /x/ }, "value.a: a RegExp would be changed by JSON; typedJson() keeps it"],
    [{ a: new Error("x") }, "value.a: an Error would be changed by JSON; typedJson() keeps it"],
    [{ a: new URL("http://localhost") }, "value.a: a URL would be changed by JSON; typedJson() keeps it"],
    [{ a: 12n }, "value.a: a bigint has no form in JSON; typedJson() and cbor() keep it"],
    [{ a: () => 1 }, "value.a: a function cannot be stored; leave it out"],
    [{ a: Symbol("s") }, "value.a: a symbol cannot be stored; leave it out"],
    [{ a: { toJSON: (): number => 1 } }, "value.a.toJSON: a function"],
    [Promise.resolve(1), "value: a promise cannot be stored; an `await` is missing"],
    [{ a: Promise.resolve(1) }, "value.a: a promise cannot be stored; an `await` is missing"],
    [{ a: new Response("x") }, "value.a: a Response cannot be stored; store its status"],
    [{ a: new Headers() }, "value.a: a Headers cannot be stored; store it as pairs"],
    [{ a: new URLSearchParams("a=1") }, "value.a: a URLSearchParams cannot be stored; store its text"],
    [{ a: new Blob(["x"]) }, "value.a: a Blob cannot be stored; store its bytes"],
    [{ a: (function* () {})() }, "value.a: a Generator cannot be stored; store its items"],
    [
      { a: new Intl.NumberFormat() },
      "value.a: an Intl.NumberFormat cannot be stored; store its `resolvedOptions()`",
    ],
    [{ a: new Intl.Locale("en") }, "value.a: an Intl.Locale cannot be stored; store its text"],
    [
      { a: new (class Day extends Date {})() },
      "value.a: a Day would come back without its class; store a plain object",
    ],
    [{ a: new (class Fault extends Error {})() }, "value.a: a Fault would come back without its class"],
    [{ a: new WeakMap() }, "value.a: a WeakMap cannot be stored; store a Map"],
    [{ a: Object(1) }, "value.a: a boxed primitive cannot be stored"],
    [
      [new (class Account {})()],
      "value[0]: an Account would come back without its class; store a plain object",
    ],
    [[new Secret()], "value[0]: a Secret would come back without its class"],
    [{ "a\nb\u001b[31m": [1n] }, 'value["a\\nb\\u001b[31m"][0]: a bigint'],
  ])("refuses %s and says where and what to do", (value, message) => {
    expect(() => json().serialize(value)).toThrow(TypeError);
    expect(() => json().serialize(value)).toThrow(message);
  });

  test("leaves out properties that are undefined", () => {
    expect(json().deserialize(json().serialize({ x: 1, y: undefined }))).toEqual({ x: 1 });
  });

  test("takes plain objects of another realm and objects without a prototype", () => {
    const foreign: unknown = runInNewContext("({ a: [{ b: 1 }] })");
    const bare = Object.assign(Object.create(null), { a: 1 });
    expect(json().serialize(foreign).toString()).toBe('{"a":[{"b":1}]}');
    expect(json().serialize(bare).toString()).toBe('{"a":1}');
  });

  test("is not misled by enumerable properties of Object.prototype", () => {
    Object.defineProperty(Object.prototype, "polyfill", {
      value: () => 1,
      enumerable: true,
      configurable: true,
    });
    let bytes: Uint8Array | undefined;
    try {
      bytes = json().serialize({ a: 1 });
    } finally {
      Reflect.deleteProperty(Object.prototype, "polyfill");
    }
    expect(bytes.toString()).toBe('{"a":1}');
  });

  test("with lossy allowed does as JSON.stringify does", () => {
    const format = json({ lossy: "allow" });
    expect(format.deserialize(format.serialize({ at: new Date(0), n: Number.NaN }))).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      n: null,
    });
    expect(() => format.serialize(() => 1)).toThrow("JSON has no function");
  });

  test("refuses cycles and more than 500 levels, written or read", () => {
    const cyclic: unknown[] = [];
    cyclic.push({ cyclic });
    expect(() => json().serialize(cyclic)).toThrow("a cycle, or more than 500 levels");
    const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    expect(() => json().serialize(JSON.parse(deep(501)))).toThrow("more than 500 levels");
    expect(() => json().deserialize(Buffer.from(deep(501)))).toThrow("more than 500 levels");
    expect(json().deserialize(json().serialize(JSON.parse(deep(500))))).toEqual(JSON.parse(deep(500)));
  });

  test("does not show in an error what it could not parse", () => {
    const read = () => json().deserialize(Buffer.from('{"password": "hunter2\u001b[31m" oops'));
    expect(read).toThrow(/^not a JSON text: unexpected character at position \d+$/);
  });
});

class Secret {
  readonly #value = 1;
  get value(): number {
    return this.#value;
  }
}
