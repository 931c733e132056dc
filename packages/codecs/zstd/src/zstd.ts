import { type Compressor, checkInteger, checkKnown, checkLimit, exactSize } from "@hitbox/core";
import { checkFrame } from "./check-frame.ts";
import { chooseZstd, type Sources } from "./implementation.ts";
import { loadNativeBinding } from "./native-binding.ts";
import { nativeZstd } from "./native-zstd.ts";
import { nodeZstd, zlibWithZstd } from "./node-zstd.ts";

export interface ZstdOptions {
  /** −7 (fastest) to 22 (smallest, slow and hungry for memory); 0 is Zstandard's own default. Default: 3. */
  readonly level?: number | undefined;
  /** Payloads of fewer bytes are stored uncompressed. Default: 256. */
  readonly minBytes?: number | undefined;
}

/**
 * Compresses with Zstandard (RFC 8878): as small as gzip, and several times faster. The implementation is
 * `node:zlib` of Node 22.15 and later, and zstd-napi if it is installed. Each reads the other's output.
 *
 * @throws TypeError for a wrong option; BackendError `unsupported` if there is no Zstandard.
 * @example
 * const backend = cacheBackend(memory({ maxBytes: 2 ** 24, format: json(), compressor: zstd({ level: 6 })
 * }));
 */
export function zstd(options: ZstdOptions = {}): Compressor {
  return zstdFrom(availableSources(), options);
}

/** `zstd`, from given sources. */
export function zstdFrom(sources: Sources, options: ZstdOptions): Compressor {
  checkKnown("zstd", options, ["level", "minBytes"]);
  const level = checkInteger("level", options.level ?? 3, -7, 22);
  const minBytes = checkLimit("minBytes", options.minBytes ?? 256);
  const { here, offThread } = chooseZstd(sources, level);
  return Object.freeze<Compressor>({
    id: "zstd",
    minBytes,
    compress: (bytes) => here.compress(bytes),
    decompress(bytes, decodedBytes) {
      checkFrame(bytes, decodedBytes);
      return exactSize(here.decompress(bytes, decodedBytes), decodedBytes);
    },
    compressLarge: (bytes) => offThread.compress(bytes),
    async decompressLarge(bytes, decodedBytes) {
      checkFrame(bytes, decodedBytes);
      return exactSize(await offThread.decompress(bytes, decodedBytes), decodedBytes);
    },
  });
}

/** The implementations that this process has. */
export function availableSources(): Sources {
  const binding = loadNativeBinding();
  const zlib = zlibWithZstd;
  return {
    native: binding && ((level) => nativeZstd(binding, level)),
    node: zlib && ((level) => nodeZstd(zlib, level)),
  };
}
