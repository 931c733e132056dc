import type { Zstd, ZstdOffThread } from "./implementation.ts";
import type { NativeBinding } from "./native-binding.ts";
import { onWorker } from "./worker-client.ts";

const SCRATCH_BYTES = 131_072;

/** Over zstd-napi. */
export function nativeZstd(binding: NativeBinding, level: number): Zstd & { offThread(): ZstdOffThread } {
  const compressing = new binding.CCtx();
  const decompressing = new binding.DCtx();
  compressing.setParameter(binding.CParameter.compressionLevel, level);
  let scratch: Uint8Array | undefined;
  const room = (bytes: number): Uint8Array => {
    if (bytes > SCRATCH_BYTES) return Buffer.allocUnsafeSlow(bytes);
    scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    return scratch;
  };
  return {
    compress(bytes) {
      const target = room(binding.compressBound(bytes.byteLength));
      return new Uint8Array(target.subarray(0, compressing.compress2(target, bytes)));
    },
    decompress(bytes, decodedBytes) {
      const target = Buffer.allocUnsafe(decodedBytes);
      return target.subarray(0, decompressing.decompress(target, bytes));
    },
    offThread: () => ({
      compress: (bytes) => onWorker({ operation: "compress", bytes, level }),
      decompress(bytes, decodedBytes) {
        return onWorker({ operation: "decompress", bytes, decodedBytes });
      },
    }),
  };
}
