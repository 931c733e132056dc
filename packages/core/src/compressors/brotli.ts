import { promisify } from "node:util";
import {
  brotliCompress,
  brotliCompressSync,
  brotliDecompress,
  brotliDecompressSync,
  constants,
  type BrotliOptions as ZlibBrotliOptions,
} from "node:zlib";
import { checkInteger, checkKnown, checkLimit } from "../check.ts";
import type { Compressor } from "../compressor.ts";
import { atMost, exactSize } from "./exact-size.ts";

export interface BrotliOptions {
  /** 0 (fastest) to 11 (smallest, very slow). Default: 4. */
  readonly quality?: number | undefined;
  /** Payloads of fewer bytes are stored uncompressed. Default: 1,024. */
  readonly minBytes?: number | undefined;
}

const compressLarge = promisify<Uint8Array, ZlibBrotliOptions, Buffer>(brotliCompress);
const decompressLarge = promisify<Uint8Array, ZlibBrotliOptions, Buffer>(brotliDecompress);

/**
 * Brotli (RFC 7932), from Node's own zlib: smaller than gzip on text, at the same speed by default.
 *
 * @throws TypeError for a wrong option.
 */
export function brotli(options: BrotliOptions = {}): Compressor {
  checkKnown("brotli", options, ["quality", "minBytes"]);
  const quality = checkInteger("quality", options.quality ?? 4, 0, 11);
  const write = (bytes: Uint8Array): ZlibBrotliOptions => ({
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
    },
  });
  return Object.freeze<Compressor>({
    id: "brotli",
    minBytes: checkLimit("minBytes", options.minBytes ?? 1_024),
    compress: (bytes) => brotliCompressSync(bytes, write(bytes)),
    compressLarge: (bytes) => compressLarge(bytes, write(bytes)),
    decompress: (bytes, size) => exactSize(brotliDecompressSync(bytes, atMost(size)), size),
    decompressLarge: async (bytes, size) => exactSize(await decompressLarge(bytes, atMost(size)), size),
  });
}
