import type { Compressor } from "../compressor.ts";

/** No compression. The default. */
export function passthrough(): Compressor {
  return PASSTHROUGH;
}

const PASSTHROUGH: Compressor = Object.freeze<Compressor>({
  id: "passthrough",
  minBytes: Number.POSITIVE_INFINITY,
  compress: (bytes) => bytes,
  decompress: (bytes) => bytes,
});
