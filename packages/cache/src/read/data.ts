/**
 * True if nobody can change the value: a primitive, or plain objects and arrays that are frozen all through.
 */
export function isFrozenDeep(value: unknown): boolean {
  return holds(isFrozen, value);
}

/** True if a copy is as good as the value: no functions, and no instances of an application's classes. */
export function isData(value: unknown): boolean {
  return holds(isCopyable, value);
}

/** Neither holds for a value without an end, because it contains itself, or is nested too deep. */
function holds(check: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return check(value);
  } catch {
    return false;
  }
}

function isFrozen(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && isPlain(value) && Object.values(value).every(isFrozen);
}

function isCopyable(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null) return true;
  if (isPlain(value)) return Object.values(value).every(isCopyable);
  if (value instanceof Map) return [...value].every(isCopyable);
  if (value instanceof Set) return [...value].every(isCopyable);
  return value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
