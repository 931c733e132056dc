/** The label path of a tier. An empty `parent` adds nothing: the tiers of a list are all on one level. */
export function pathWithin(parent: string, label: string): string {
  return parent === "" ? label : `${parent}.${label}`;
}
