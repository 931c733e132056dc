import { type Compressor, checkKnown, checkOption } from "@hitbox/core";
import { caseName, checkRegistration, type RegisterTest } from "./case.ts";
import { compressorCases } from "./cases/compressor/compressor-cases.ts";

export interface CompressorConformanceOptions {
  /** Registers one case: `test` of vitest, of `node:test`, or of any other runner. */
  readonly test: RegisterTest;
  readonly compressor: Compressor;
  /** Put before the name of each case. Default: the compressor's id. */
  readonly name?: string | undefined;
}

/**
 * Registers the cases that prove a compressor: round trips on and off the event loop's thread, sizes that lie,
 * damaged input and bombs.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * import { test } from "node:test";
 * compressorConformance({ test, compressor: gzip() });
 */
export function compressorConformance(options: CompressorConformanceOptions): void {
  checkKnown("compressorConformance", options, ["test", "compressor", "name"]);
  const { test, compressor, name = compressor?.id } = options;
  checkRegistration(test, name);
  const isCompressor =
    typeof compressor?.compress === "function" && typeof compressor.decompress === "function";
  checkOption(isCompressor, "compressor", compressor, "must be a compressor");
  for (const [sentence, check] of Object.entries(compressorCases)) {
    test(caseName(name, sentence), async () => check(compressor));
  }
}
