/**
 * Freezes every plain object and array that `root` holds, cycles included, without recursion. Returns whether that
 * makes all of it immutable: false where something in it (Map, Set, Date, binary …) can still be changed.
 */
export function freezeDeep(root: unknown): boolean {
  const pending: unknown[] = [root];
  let immutable = true;
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null || Object.isFrozen(value)) continue;
    if (!isPlain(value)) immutable = false;
    else for (const property of Object.values(Object.freeze(value))) pending.push(property);
  }
  return immutable;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
