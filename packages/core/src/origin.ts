/**
 * For whom a store is used, known by identity. What is done for an origin is no news to it, nor to those that it is
 * `within`; to all others it is.
 */
export interface Origin {
  readonly within: Origin | undefined;
}

/** Whether what is done for `origin` is done for `whole` too. */
export function isPartOf(origin: Origin | undefined, whole: Origin): boolean {
  for (let part = origin; part !== undefined; part = part.within) if (part === whole) return true;
  return false;
}
