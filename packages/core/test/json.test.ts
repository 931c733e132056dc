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

  test.each([
    [new Date(0), "value: Date"],
    [{ user: { born: new Date(0) } }, "value.user.born: Date"],
    [[1, [2, Number.NaN]], "value[1][1]: NaN"],
    [{ at: Number.POSITIVE_INFINITY }, "value.at: Infinity"],
    [{ list: [undefined] }, "value.list[0]: undefined"],
    [new Array(2), "value[0]: undefined"],
    [new Map([[1, 2]]), "value: Map"],
    [{ a: new Set() }, "value.a: Set"],
    [{ a: new Uint8Array(2) }, "value.a: Uint8Array"],
    [{ a: Buffer.from("x") }, "value.a: Uint8Array"],
    [{ a: new ArrayBuffer(1) }, "value.a: ArrayBuffer"],
    [{ a: /x/ }, "value.a: RegExp"],
    [{ a: new Error("x") }, "value.a: Error"],
    [{ a: () => 1 }, "value.a: function"],
    [{ a: Symbol("s") }, "value.a: symbol"],
    [{ a: { toJSON: (): number => 1 } }, "value.a: Object"],
    [{ a: new URL("http://localhost") }, "value.a: URL"],
  ])("refuses %o and says where", (value, where) => {
    expect(() => json().serialize(value)).toThrow(TypeError);
    expect(() => json().serialize(value)).toThrow(where);
  });

  test("leaves out properties that are undefined, and takes class instances as plain data", () => {
    class Point {
      readonly x = 1;
      readonly y = undefined;
    }
    expect(json().deserialize(json().serialize(new Point()))).toEqual({ x: 1 });
  });

  test("with lossy allowed does as JSON.stringify does", () => {
    const format = json({ lossy: "allow" });
    expect(format.deserialize(format.serialize({ at: new Date(0), n: Number.NaN }))).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      n: null,
    });
    expect(() => format.serialize(() => 1)).toThrow("JSON has no function");
  });

  test("refuses a value nested too deeply for JSON", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 200_000; level++) deep = [deep];
    expect(() => json().serialize(deep)).toThrow(RangeError);
  });
});
