/** V8 makes a slice of at least this many characters share the memory of its parent. */
const SHORTEST_SLICE = 13;
const POOL_BYTES = 4_096;
/** UTF-8 takes up to three bytes for a UTF-16 unit. */
const LONGEST_POOLED = Math.floor(POOL_BYTES / 3);

const pool = Buffer.allocUnsafeSlow(POOL_BYTES);

/** Copies a string that may be a slice of a larger one, which the slice would keep in memory. */
export function ownString(text: string): string {
  if (text.length < SHORTEST_SLICE) return text;
  if (!text.isWellFormed()) return Buffer.from(text, "utf16le").toString("utf16le");
  if (text.length > LONGEST_POOLED) return Buffer.from(text).toString();
  return pool.toString("utf8", 0, pool.write(text));
}
