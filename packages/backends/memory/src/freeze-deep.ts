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
    if (isPlain(value)) {
      for (const property of Object.values(Object.freeze(value))) pending.push(property);
    } else {
      refuseShared(value);
      immutable = false;
    }
  }
  return immutable;
}

/**
 * The same for a value that nobody else has, where only what is frozen here is known to be immutable. False also for what
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

/** Memory that is shared with other threads, or with the caller after a clone, cannot be kept from changing. */
function refuseShared(value: object): void {
  const memory: unknown = ArrayBuffer.isView(value) ? value.buffer : value;
  if (memory instanceof SharedArrayBuffer)
    throw new TypeError("a SharedArrayBuffer cannot be kept from changing");
}

/** A symbol is none: it cannot be kept. */
function isPrimitive(value: unknown): value is string | number | boolean | bigint | null | undefined {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
