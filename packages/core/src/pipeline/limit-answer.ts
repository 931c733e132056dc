import { BackendError } from "../backend-error.ts";
import type { StoredValue } from "../stored-value.ts";

type Read = StoredValue<unknown> | BackendError | undefined;

/**
 * Bounds the decompressed size of one batch of reads, because all its values are held until the last one is
 * there. An entry that goes beyond `maxBytes` becomes an error. Entries that are not compressed do not count:
 * their bytes are here already.
 */
export function limitAnswer(reads: readonly Read[], maxBytes: number): readonly Read[] {
  if (totalOf(reads) <= maxBytes) return reads;
  let left = maxBytes;
  return reads.map((read) => {
    left -= decompressedBytes(read);
    return left < 0 && decompressedBytes(read) > 0 ? tooLarge(maxBytes) : read;
  });
}

function totalOf(reads: readonly Read[]): number {
  let total = 0;
  for (const read of reads) total += decompressedBytes(read);
  return total;
}

function decompressedBytes(read: Read): number {
  return read === undefined || BackendError.is(read) ? 0 : (read.decodedBytes ?? 0);
}

function tooLarge(maxBytes: number): BackendError {
  return new BackendError(
    "too-large",
    `one batch of reads decompresses to more than ${maxBytes} bytes; read fewer keys`,
  );
}
