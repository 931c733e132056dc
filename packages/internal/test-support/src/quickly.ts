/**
 * The rows of a table that a test file plays: the first `count` in the quick tests, so that they stay quick,
 * and all of them in the long ones, which play every file that uses this. With `PLAYED=quick` in the
 * environment, the long tests leave out the rows that the quick tests have just played.
 */
export function quickly<Row>(rows: readonly Row[], count: number): readonly Row[] {
  const { PLAYED, RUNS } = process.env;
  if (Number(RUNS || 1) <= 1) return rows.slice(0, count);
  return PLAYED === "quick" && rows.length > count ? rows.slice(count) : rows;
}
