import type { Compressor } from "../compressor.ts";
import { isPromise, type MaybePromise } from "../maybe-promise.ts";
import { channels } from "./channels.ts";
import { failure } from "./failure.ts";
import { timed } from "./observe.ts";

const CODES = { compress: "compression", decompress: "decompression" } as const;

/** Runs a compressor of the backend at `path`: publishes its time, and names the backend in its errors. */
export function runCompressor(
  path: string,
  operation: keyof typeof CODES,
  compressor: Compressor,
  run: () => MaybePromise<Uint8Array>,
): MaybePromise<Uint8Array> {
  const fail = (error: unknown): never => {
    throw failure(path, compressor.id, error, CODES[operation]);
  };
  try {
    const bytes = timed(channels[operation], path, compressor.id, run);
    return isPromise(bytes) ? bytes.catch(fail) : bytes;
  } catch (error) {
    return fail(error);
  }
}
