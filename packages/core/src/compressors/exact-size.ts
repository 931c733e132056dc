/** `bytes`, if their number is that before compression. */
export function exactSize(bytes: Uint8Array, decodedBytes: number): Uint8Array {
  if (bytes.byteLength === decodedBytes) return bytes;
  throw new RangeError(
    `decompressed to ${bytes.byteLength} bytes instead of ${decodedBytes}; the payload is damaged`,
  );
}

/**
 * zlib's ceiling on output (it refuses 0; nothing is ever compressed from 0 bytes), and a chunk that all of
 * it fits into: smaller chunks would be joined, which takes the memory twice. What is not written to takes
 * none.
 */
export function atMost(decodedBytes: number): { maxOutputLength: number; chunkSize: number } {
  return {
    maxOutputLength: Math.max(1, decodedBytes),
    chunkSize: Math.max(MIN_CHUNK_BYTES, decodedBytes + 1),
  };
}

const MIN_CHUNK_BYTES = 64;
