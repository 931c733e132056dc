const HEADER = 20;

/** Bytes of a string in memory: one a character if all are in Latin-1, else two. */
export function textBytes(text: string): number {
  return HEADER + (Buffer.byteLength(text) === text.length ? text.length : 2 * text.length);
}
