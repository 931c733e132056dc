/** `bytes`, if they are as many as were compressed. */
export function exactSize(bytes: Uint8Array, decodedBytes: number): Uint8Array {
  if (bytes.byteLength === decodedBytes) return bytes;
  throw new RangeError(`decompressed to ${bytes.byteLength} bytes where ${decodedBytes} were compressed`);
}

/** zlib's ceiling on output. It refuses 0; nothing is ever compressed from 0 bytes. */
export function atMost(decodedBytes: number): { maxOutputLength: number } {
  return { maxOutputLength: Math.max(1, decodedBytes) };
}
