/** Begins the name of a case that could not be run. */
export const UNCHECKED = "NOT CHECKED";

/** The name of a case that only says that it was not run. */
export function unchecked(missing: readonly string[], sentence: string): string {
  const hooks = missing.map((hook) => `raw.${hook}`).join(" and ");
  return `${UNCHECKED} without ${hooks}: ${sentence}`;
}
