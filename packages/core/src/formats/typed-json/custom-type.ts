import { checkKnown, checkOption } from "../../check.ts";

/**
 * A class of your own that `typedJson()` keeps.
 *
 * @example
 * class Decimal {
 *   readonly digits: string;
 *   constructor(digits: string) {
 *     this.digits = digits;
 *   }
 * }
 * const decimal: CustomType<Decimal, string> = {
 *   name: "Decimal",
 *   is: (value) => value instanceof Decimal,
 *   encode: (value) => value.digits,
 *   decode: (text) => new Decimal(text),
 * };
 */
export interface CustomType<Value = unknown, Encoded = unknown> {
  /**
   * Stored with every value: a letter, then up to 63 letters, digits, `_`, `.` or `-`. Unique among the
   * types.
   */
  readonly name: string;
  /** True if a value is of this type. Asked for every object that is neither an array nor a plain object. */
  is(value: object): boolean;
  /** Converts a value to anything that the format keeps. */
  encode(value: Value): Encoded;
  /**
   * The inverse. Gets the stored value, which may be anything. Throws for a value that `encode` does not
   * make.
   */
  decode(encoded: Encoded): Value;
}

const NAME = /^[A-Za-z][\w.-]{0,63}$/;

/** Checks the option `types`, and gives the types by name. */
export function checkTypes(types: readonly CustomType[]): ReadonlyMap<string, CustomType> {
  checkOption(Array.isArray(types), "types", types, "must be an array");
  const byName = new Map<string, CustomType>();
  for (const type of types) {
    checkOption(typeof type === "object" && type !== null, "types", type, "must be objects");
    checkKnown("typedJson: types", type, ["name", "is", "encode", "decode"]);
    checkOption(
      NAME.test(type.name),
      "types.name",
      type.name,
      "must be a letter and up to 63 letters, digits, _ . -",
    );
    checkOption(!byName.has(type.name), "types.name", type.name, "must be unique");
    for (const part of ["is", "encode", "decode"] as const)
      checkOption(typeof type[part] === "function", `types.${part}`, type[part], "must be a function");
    byName.set(type.name, type);
  }
  return byName;
}
