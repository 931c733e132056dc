import { typedJson } from "@hitbox/core";
import { anyCharacter } from "@hitbox/test-support";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

// A date makes the document a typed one, which the format writes itself. Without it, V8 writes the document.
const DATE = new Date(1_700_000_000_123);
const format = typedJson();
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const typed = (value: unknown) => textOf(format.serialize([DATE, value]));
const asJson = (value: unknown) => ` ["$Date:1700000000123",${JSON.stringify(value)}]`;

describe("a typed document has the same bytes as JSON.stringify for", () => {
  test("any string that does not begin with `$`", () => {
    const strings = fc.oneof(
      fc.string({ unit: anyCharacter(fc), maxLength: 400 }),
      fc.string({ maxLength: 400 }),
    );
    fc.assert(
      fc.property(strings, (text) => {
        fc.pre(!text.startsWith("$"));
        expect(typed(text)).toBe(asJson(text));
        expect(typed({ [text]: text })).toBe(asJson({ [text]: text }));
      }),
    );
  });

  test.each([0, 191, 192, 193, 8_191, 8_192, 100_000])("strings of %d characters", (length) => {
    for (const unit of ["a", "\u001f", "\u007f", "é", "漢", '"', "\\", "\n", "\u{1f600}", "\ud800"])
      expect(typed(unit.repeat(length))).toBe(asJson(unit.repeat(length)));
  });

  test("any number that is not −0", () => {
    const numbers = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(numbers, (number) => {
        fc.pre(Number.isFinite(number) && !Object.is(number, -0));
        expect(typed(number)).toBe(asJson(number));
      }),
    );
  });

  test("numbers of every count of digits", () => {
    for (let power = 0; power < 22; power++)
      for (const number of [10 ** power - 1, 10 ** power, -(10 ** power)])
        if (!Object.is(number, -0)) expect(typed(number)).toBe(asJson(number));
  });

  test("any JSON value without such strings", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes("$") && !text.includes("-0"));
        expect(typed(JSON.parse(text))).toBe(asJson(JSON.parse(text)));
      }),
    );
  });
});

test("a date of any year is written in its milliseconds", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (date) => {
      expect(textOf(format.serialize(date))).toBe(` "$Date:${date.getTime()}"`);
    }),
  );
  for (const at of [0, 1, -1, 999_999_999_999, 1e12, 9_999_999_999_999, 1e13, 8.64e15, -8.64e15])
    expect(textOf(format.serialize(new Date(at)))).toBe(` "$Date:${at}"`);
});

describe("the bytes of a document", () => {
  test("stay as they are while others are written, whatever their sizes", () => {
    const sizes = fc.array(fc.nat({ max: 9_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, (all) => {
        const documents = all.map((size) => format.serialize([DATE, "a".repeat(size)]));
        expect(documents.map(textOf)).toEqual(all.map((size) => asJson("a".repeat(size))));
      }),
      { numRuns: 30 },
    );
  });

  test("are whole if a type of the caller's writes a document within it", () => {
    class Inner {}
    const own = typedJson({
      types: [
        {
          name: "Inner",
          is: (value) => value instanceof Inner,
          encode: () => textOf(format.serialize([DATE, 1])),
          decode: (text) => text,
        },
      ],
    });
    expect(own.deserialize(own.serialize({ a: new Inner(), b: DATE }))).toEqual({ a: asJson(1), b: DATE });
  });

  test("have nothing of a document that was refused", () => {
    expect(() => format.serialize([DATE, "secret", () => 1])).toThrow(TypeError);
    expect(typed(1)).toBe(asJson(1));
  });

  test("have memory of their own if they are many", () => {
    const bytes = format.serialize([DATE, "a".repeat(100_000)]);
    expect(bytes.buffer.byteLength).toBe(bytes.byteLength);
  });
});

describe("a property that a program has given to all objects", () => {
  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, "everywhere");
  });

  test("is not written", () => {
    Object.assign(Object.prototype, { everywhere: DATE });
    expect(typed({ a: 1 })).toBe(asJson({ a: 1 }));
    expect(textOf(format.serialize({ a: DATE }))).toBe(' {"a":"$Date:1700000000123"}');
    expect(textOf(format.serialize(Object.assign(Object.create(null), { a: DATE })))).toBe(
      ' {"a":"$Date:1700000000123"}',
    );
  });
});
