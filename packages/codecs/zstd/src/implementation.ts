import { BackendError } from "@hitbox/core";

/**
 * Zstandard on the calling thread. Frames carry their content size. Input of `decompress` has passed
 * `checkFrame`.
 */
export interface Zstd {
  compress(bytes: Uint8Array): Uint8Array;
  /** May give fewer bytes than `decodedBytes`; never allocates more. */
  decompress(bytes: Uint8Array, decodedBytes: number): Uint8Array;
}

/** The same on another thread. */
export interface ZstdOffThread {
  compress(bytes: Uint8Array): Promise<Uint8Array>;
  decompress(bytes: Uint8Array, decodedBytes: number): Promise<Uint8Array>;
}

/** Makes both for a level. */
export type ZstdAtLevel = (level: number) => Zstd & { offThread(): ZstdOffThread };

/** The implementations of Zstandard, each undefined if this process does not have it. */
export interface Sources {
  readonly native: ZstdAtLevel | undefined;
  readonly node: ZstdAtLevel | undefined;
}

/**
 * Chooses Node's own Zstandard, except on the calling thread if zstd-napi is installed. There zstd-napi takes
 * a tenth of the time for small payloads, because Node sets up a stream for each.
 *
 * @throws BackendError `unsupported` if there is neither.
 */
export function chooseZstd(
  { native, node }: Sources,
  level: number,
): { here: Zstd; offThread: ZstdOffThread } {
  const here = native ?? node;
  const away = node ?? native;
  if (here && away) return { here: here(level), offThread: away(level).offThread() };
  throw new BackendError(
    "unsupported",
    `zstd() found no Zstandard in Node ${process.versions.node}: ` +
      "run Node 22.15 or later, which has it built in, or install zstd-napi: npm install zstd-napi",
  );
}
