import { promisify } from "node:util";
import { gunzip, gunzipSync, gzipSync, gzip as gzipWithCallback } from "node:zlib";
import { checkInteger, checkKnown, checkLimit } from "../check.ts";
import type { Compressor } from "../compressor.ts";
import { atMost, exactSize } from "./exact-size.ts";

export interface GzipOptions {
  /** 0 (stored) to 9 (smallest). Default: 6. */
  readonly level?: number | undefined;
  /** Payloads of fewer bytes are stored uncompressed. Default: 1,024. */
  readonly minBytes?: number | undefined;
}

const compressLarge = promisify<Uint8Array, { level: number }, Buffer>(gzipWithCallback);
const decompressLarge = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip);

/**
 * gzip (RFC 1952), from Node's own zlib.
 *
 * @throws TypeError for a wrong option.
 */
export function gzip(options: GzipOptions = {}): Compressor {
  checkKnown("gzip", options, ["level", "minBytes"]);
  const level = checkInteger("level", options.level ?? 6, 0, 9);
  return Object.freeze<Compressor>({
    id: "gzip",
    minBytes: checkLimit("minBytes", options.minBytes ?? 1_024),
    compress: (bytes) => gzipSync(bytes, { level }),
    compressLarge: (bytes) => compressLarge(bytes, { level }),
    decompress: (bytes, size) => exactSize(gunzipSync(bytes, atMost(size)), size),
    decompressLarge: async (bytes, size) => exactSize(await decompressLarge(bytes, atMost(size)), size),
  });
}
