/**
 * Freezes the plain objects and arrays of a value that nobody else has, without recursion. Returns whether
 * all of the value is then known to be immutable: false if a part can still be changed (Map, Date, binary …),
 * was frozen before, or is held twice.
 */
export function freezeUnshared(root: unknown): boolean {
  const pending: unknown[] = [root];
  let immutable = true;
  while (pending.length > 0) {
    const value = pending.pop();
    if (isPrimitive(value)) continue;
    if (Object.isFrozen(value) || !isPlain(value)) immutable = false;
    else for (const part of Object.values(Object.freeze(value))) if (!isPrimitive(part)) pending.push(part);
  }
  return immutable;
}

/** A symbol is none: it cannot be kept. */
export function isPrimitive(value: unknown): value is string | number | boolean | bigint | null | undefined {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
