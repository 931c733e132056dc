/**
 * The rows of a table that a test file plays: the first `count` in the quick tests, so that they stay quick,
 * and all of them in the long ones, which play every file that uses this.
 */
export function quickly<Row>(rows: readonly Row[], count: number): readonly Row[] {
  return Number(process.env.RUNS || 1) > 1 ? rows : rows.slice(0, count);
}
