/**
 * The date that was written as `seconds` since the epoch (RFC 8949, 3.4.2), to the millisecond. Past the year
 * 37,000 the product alone can be off by one.
 */
export function dateOfSeconds(seconds: number): Date {
  const near = Math.round(seconds * 1_000);
  return new Date([near, near - 1, near + 1].find((at) => at / 1_000 === seconds) ?? near);
}
