const INSTANT_BYTES = 8;

/** A row of the expiries: the time in 8 bytes, big-endian so that rows sort by it, then the key. */
export function expiryRow(expiresAt: number, key: Buffer): Buffer {
  const row = Buffer.allocUnsafe(INSTANT_BYTES + key.byteLength);
  writeInstant(row, expiresAt);
  row.set(key, INSTANT_BYTES);
  return row;
}

/** Where the rows end that have expired at `now`, this very millisecond included. */
export function endOfExpired(now: number): Buffer {
  const end = Buffer.allocUnsafe(INSTANT_BYTES);
  writeInstant(end, now + 1);
  return end;
}

export function readExpiryRow(row: Buffer): { readonly expiresAt: number; readonly key: Buffer } {
  return { expiresAt: Number(row.readBigUInt64BE(0)), key: row.subarray(INSTANT_BYTES) };
}

/** The longest key that still fits into a row, where LMDB takes keys of `maxKeyBytes`. */
export function longestKey(maxKeyBytes: number): number {
  return maxKeyBytes - INSTANT_BYTES;
}

function writeInstant(row: Buffer, instant: number): void {
  row.writeBigUInt64BE(BigInt(instant), 0);
}
