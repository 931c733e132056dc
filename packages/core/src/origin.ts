/**
 * The user of a store that a change is done for, known by identity. The change is not notified to this user,
 * nor to the users that it is `within`. All others are notified.
 */
export interface Origin {
  readonly within: Origin | undefined;
}

/** True if a change for `origin` is a change for `whole` too. */
export function isPartOf(origin: Origin | undefined, whole: Origin): boolean {
  for (let part = origin; part !== undefined; part = part.within) if (part === whole) return true;
  return false;
}
