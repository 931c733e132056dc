import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { Zstd, ZstdOffThread } from "./implementation.ts";

interface Options {
  readonly params?: Readonly<Record<number, number>>;
  /** Written into the frame as its content size. */
  readonly pledgedSrcSize?: number;
  readonly maxOutputLength?: number;
  readonly chunkSize?: number;
}

type Sync = (bytes: Uint8Array, options: Options) => Uint8Array;
type Callback = (error: Error | null, result: Uint8Array) => void;
type Async = (bytes: Uint8Array, options: Options, callback: Callback) => void;

/** The additions of Node 22.15 and later, which the types of Node 20 do not know. */
interface ZlibWithZstd {
  readonly zstdCompressSync: Sync;
  readonly zstdDecompressSync: Sync;
  readonly zstdCompress: Async;
  readonly zstdDecompress: Async;
  readonly constants: { readonly ZSTD_c_compressionLevel: number; readonly ZSTD_d_windowLogMax: number };
}

export const zlibWithZstd: ZlibWithZstd | undefined =
  "zstdCompressSync" in zlib ? (zlib as unknown as ZlibWithZstd) : undefined;

/** Over `node:zlib`. Off the thread, it runs on libuv's thread pool. */
export function nodeZstd(node: ZlibWithZstd, level: number): Zstd & { offThread(): ZstdOffThread } {
  const writing = ({ byteLength }: Uint8Array): Options => ({
    params: { [node.constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: byteLength,
  });
  const reading = (decodedBytes: number): Options => ({
    params: { [node.constants.ZSTD_d_windowLogMax]: windowLog(decodedBytes) },
    maxOutputLength: Math.max(1, decodedBytes),
    chunkSize: Math.max(MIN_CHUNK_BYTES, decodedBytes + 1),
  });
  const compress = promisify<Uint8Array, Options, Uint8Array>(node.zstdCompress);
  const decompress = promisify<Uint8Array, Options, Uint8Array>(node.zstdDecompress);
  return {
    compress: (bytes) => node.zstdCompressSync(bytes, writing(bytes)),
    decompress: (bytes, decodedBytes) => node.zstdDecompressSync(bytes, reading(decodedBytes)),
    offThread: () => ({
      compress: (bytes) => compress(bytes, writing(bytes)),
      decompress: (bytes, decodedBytes) => decompress(bytes, reading(decodedBytes)),
    }),
  };
}

const MIN_CHUNK_BYTES = 64;
const [MIN_WINDOW_LOG, MAX_WINDOW_LOG] = [10, 27];

/** The window is memory that a frame's header asks for: never more than the content, rounded up to a power of two. */
function windowLog(decodedBytes: number): number {
  const log = Math.ceil(Math.log2(Math.max(1, decodedBytes)));
  return Math.min(MAX_WINDOW_LOG, Math.max(MIN_WINDOW_LOG, log));
}
