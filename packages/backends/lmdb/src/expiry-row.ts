const TIME_BYTES = 8;

/**
 * The key of a row that says when an entry expires: the time, big-endian so that rows sort by time, and the
 * entry's key.
 */
export function expiryRow(instant: number, key: Uint8Array = Buffer.alloc(0)): Buffer {
  const row = Buffer.allocUnsafe(TIME_BYTES + key.byteLength);
  row.writeDoubleBE(instant);
  row.set(key, TIME_BYTES);
  return row;
}

export function instantOf(row: Buffer): number {
  return row.readDoubleBE();
}

export function keyOf(row: Buffer): Buffer {
  return row.subarray(TIME_BYTES);
}
