/** Whether nobody can change the value: a primitive, or plain objects and arrays that are frozen all through. */
export function isFrozenDeep(value: unknown): boolean {
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && isPlain(value) && Object.values(value).every(isFrozenDeep);
}

/** Whether a copy is as good as the value: no functions, and no instances of an application's classes. */
export function isData(value: unknown): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null) return true;
  if (isPlain(value)) return Object.values(value).every(isData);
  if (value instanceof Map) return [...value].every(isData);
  if (value instanceof Set) return [...value].every(isData);
  return value instanceof Date || value instanceof RegExp || ArrayBuffer.isView(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
