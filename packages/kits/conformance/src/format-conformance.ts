import { checkKnown, checkOption, type Format } from "@hitbox/core";
import { caseName, checkRegistration, type RegisterTest } from "./case.ts";
import { formatCases } from "./cases/format/format-cases.ts";
import { jsonSafeValues } from "./cases/format/values.ts";

export interface FormatConformanceOptions {
  /** Registers one case: `test` of vitest, of `node:test`, or of any other runner. */
  readonly test: RegisterTest;
  readonly format: Format<unknown>;
  /**
   * Values beyond JSON's types (Date, Map, binary …) that this format gives back as they were, compared by
   * `assert.deepStrictEqual`. Default: none.
   */
  readonly values?: readonly unknown[] | undefined;
  /** Put before the name of each case. Default: the format's id. */
  readonly name?: string | undefined;
}

/** The input of a format case. */
export interface FormatSubject {
  readonly format: Format<unknown>;
  /** New copies on each call of what JSON can hold, and the author's own values, which no case may change. */
  values(): readonly unknown[];
}

/**
 * Registers the cases that prove a value format: round trips, refusals, damaged and hostile input.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * import { test } from "node:test";
 * formatConformance({ test, format: json() });
 */
export function formatConformance(options: FormatConformanceOptions): void {
  checkKnown("formatConformance", options, ["test", "format", "values", "name"]);
  const { test, format, values = [], name = format?.id } = options;
  checkRegistration(test, name);
  const isFormat = typeof format?.serialize === "function" && typeof format.deserialize === "function";
  checkOption(isFormat, "format", format, "must be a value format");
  checkOption(Array.isArray(values), "values", values, "must be an array");
  const subject: FormatSubject = { format, values: () => [...jsonSafeValues(), ...values] };
  for (const [sentence, check] of Object.entries(formatCases)) {
    test(caseName(name, sentence), async () => check(subject));
  }
}
