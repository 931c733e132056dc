import type { Compressor } from "../compressor.ts";
import { exactSize } from "./exact-size.ts";

/** No compression. The default. */
export function passthrough(): Compressor {
  return PASSTHROUGH;
}

const PASSTHROUGH: Compressor = Object.freeze<Compressor>({
  id: "passthrough",
  minBytes: Number.POSITIVE_INFINITY,
  compress: (bytes) => bytes,
  decompress: exactSize,
});
