// biome-ignore-all lint/suspicious/noSparseArray: holes are what is tested.

import { readdirSync, readFileSync } from "node:fs";
import { typedJson } from "@hitbox/core";
import { expectSame } from "@hitbox/test-support";
import { describe, expect, test } from "vitest";

// Documents as version 1 wrote them, byte for byte. They are in people's stores: files are added, and never
// changed.
const folder = new URL("./golden/typed-json-v1/", import.meta.url);
const format = typedJson({
  types: [
    {
      name: "Point",
      is: (value) => value instanceof Point,
      encode: ({ x, y }: Point) => [x, y],
      decode: ([x, y]: [number, number]) => new Point(x, y),
    },
  ],
});

class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

const VALUES: Readonly<Record<string, unknown>> = {
  "plain.txt": { id: 42, name: "Zoë", price: "$9", list: [1, null, true, { a: [] }], $Date: 1, "": "\ud800" },
  "dates.txt": [new Date(1_700_000_000_123), new Date(-1), new Date(Number.NaN)],
  "numbers.txt": [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1.5],
  "bigints.txt": [0n, -12n, 2n ** 255n, 2n ** 256n, -(2n ** 256n)],
  "undefined-and-holes.txt": { a: undefined, b: [undefined, , 1] },
  "strings.txt": ["$", "$$", "$Date:1", "a$", new Date(0)],
  "collections.txt": new Map<unknown, unknown>([
    ["$key", new Set(["$Map", 1])],
    [{ a: 1 }, new Map()],
  ]),
  "errors.txt": [
    Object.assign(new TypeError("wrong", { cause: new Error() }), { code: "E_WRONG" }),
    new AggregateError([new RangeError("a")], "both"),
  ],
  "urls-and-expressions.txt": [new URL("https://example.org/a?b=c#d"), /a:\/b+/giu, /(?:)/],
  "binary.txt": [
    Buffer.from([0, 255]),
    new Uint8Array([1, 2, 3]),
    new Float64Array([0.1, -0]),
    new BigInt64Array([-1n]),
    new Uint16Array([258]),
    new ArrayBuffer(1),
    new DataView(new ArrayBuffer(2)),
  ],
  "custom.txt": { at: new Point(1, -0) },
};

describe("golden documents of typed-json version 1", () => {
  test("are there for every value", () => {
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(VALUES).toSorted());
  });

  test.each(Object.entries(VALUES))("%s is read as it was meant, and written the same", (file, value) => {
    const bytes = readFileSync(new URL(file, folder));
    expectSame(format.deserialize(bytes), value);
    expect(Buffer.from(format.serialize(value)).toString()).toBe(bytes.toString());
  });

  test("are what docs/reference/formats.md shows", () => {
    const page = readFileSync(new URL("../../../docs/reference/formats.md", import.meta.url), "utf8");
    for (const file of Object.keys(VALUES)) {
      const document = readFileSync(new URL(file, folder), "utf8");
      expect(page).toContain(`\`${file}\``);
      expect(page).toContain(`\n${document}\n`);
    }
  });
});
