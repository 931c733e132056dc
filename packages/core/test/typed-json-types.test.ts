import { type CustomType, typedJson } from "@hitbox/core";
import { describe, expect, test } from "vitest";

class Decimal {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}
class Range {
  readonly from: Decimal;
  readonly until: Date;
  constructor(from: Decimal, until: Date) {
    this.from = from;
    this.until = until;
  }
}
class Temperature extends Error {}

const decimal: CustomType<Decimal, string> = {
  name: "Decimal",
  is: (value) => value instanceof Decimal,
  encode: ({ digits }) => digits,
  decode: (digits) => new Decimal(digits),
};
const range: CustomType<Range, { from: Decimal; until: Date }> = {
  name: "Range",
  is: (value) => value instanceof Range,
  encode: ({ from, until }) => ({ from, until }),
  decode: ({ from, until }) => new Range(from, until),
};
const format = typedJson({ types: [decimal, range] });

describe("types of one's own", () => {
  test("come back as instances, wherever they are, and may hold each other", () => {
    const value = {
      sums: [new Decimal("$1.50")],
      by: new Map([["x", new Range(new Decimal("0"), new Date(5))]]),
    };
    expect(format.deserialize(format.serialize(value))).toStrictEqual(value);
  });

  test("are written under their names", () => {
    const bytes = format.serialize({ sum: new Decimal("1.50") });
    expect(Buffer.from(bytes).toString()).toBe(' {"sum":["$type:Decimal","1.50"]}');
  });

  test("are asked before the classes that the format knows", () => {
    const temperature: CustomType<Temperature, string> = {
      name: "Temperature",
      is: (value) => value instanceof Temperature,
      encode: ({ message }) => message,
      decode: (message) => new Temperature(message),
    };
    const day: CustomType<Date, number> = {
      name: "Day",
      is: (value) => value instanceof Date,
      encode: (date) => Math.floor(date.getTime() / 86_400_000),
      decode: (days) => new Date(days * 86_400_000),
    };
    const own = typedJson({ types: [temperature, day] });
    const back = own.deserialize(own.serialize([new Temperature("hot"), new Date(86_400_001)])) as unknown[];
    expect(back[0]).toBeInstanceOf(Temperature);
    expect(back[1]).toEqual(new Date(86_400_000));
  });

  test("types that a reader does not have are an error that shows nothing of the entry", () => {
    const bytes = format.serialize(new Decimal("1.50"));
    expect(() => typedJson().deserialize(bytes)).toThrow(
      "a type that is not among the `types` of this format",
    );
  });

  test("types without end are an error", () => {
    const endless = {
      name: "Endless",
      is: () => true,
      encode: (value: unknown) => value,
      decode: (value: unknown) => value,
    };
    expect(() => typedJson({ types: [endless] }).serialize(new Decimal("1"))).toThrow("more than 500 levels");
  });

  test.each<[unknown, string]>([
    ["no array", "types must be an array"],
    [[null], "types must be objects"],
    [[{ ...decimal, name: "a:b" }], "types.name must be a letter"],
    [[decimal, decimal], "types.name must be unique"],
    [[{ ...decimal, decode: 1 }], "types.decode must be a function"],
    [[{ ...decimal, from: 1 }], "`from` is not an option"],
  ])("given as %o are a TypeError", (types, message) => {
    expect(() => typedJson({ types: types as never })).toThrow(TypeError);
    expect(() => typedJson({ types: types as never })).toThrow(message);
  });
});
