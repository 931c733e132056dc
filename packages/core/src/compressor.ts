import type { MaybePromise } from "./maybe-promise.ts";

/**
 * A compressor: bytes to fewer bytes, and back. Core calls it after the format and before storage, for
 * payloads of at least `minBytes`. A payload that compression does not shrink is stored as it is.
 */
export interface Compressor {
  /** 1–64 characters of `a-z 0-9 . _ -`, stored with every entry that was compressed. */
  readonly id: string;
  /** Payloads shorter than this many bytes are stored uncompressed. `Infinity`: nothing is compressed. */
  readonly minBytes: number;
  /** On the calling thread. */
  compress(bytes: Uint8Array): Uint8Array;
  /**
   * On the calling thread. `decodedBytes` is the exact size to expect. Any other size is an error, thrown
   * before more than `decodedBytes` has been allocated.
   */
  decompress(bytes: Uint8Array, decodedBytes: number): Uint8Array;
  /** Off the event loop's thread; core uses it for large payloads. Default: the synchronous one. */
  compressLarge?(bytes: Uint8Array): MaybePromise<Uint8Array>;
  /** Off the event loop's thread, same promise as `decompress`. Default: the synchronous one. */
  decompressLarge?(bytes: Uint8Array, decodedBytes: number): MaybePromise<Uint8Array>;
}
