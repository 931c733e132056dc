/** The time of a load as entries have it: whole milliseconds, up to 49 days. */
export function wholeMs(ms: number): number {
  return Math.min(Math.round(ms), 0xffff_ffff);
}
