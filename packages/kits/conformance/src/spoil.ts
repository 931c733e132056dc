/** Changes whatever can be changed in a value, cycles included; frozen parts stay. */
export function spoil(value: unknown, seen: Set<unknown> = new Set()): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) spoilBytes(value);
  else spoilObject(value, seen);
}

function spoilObject(value: object, seen: Set<unknown>): void {
  for (const part of partsOf(value)) spoil(part, seen);
  if (value instanceof Date) value.setTime(0);
  if (value instanceof Map) for (const key of [...value.keys(), "spoilt"]) value.set(key, "spoilt");
  if (value instanceof Set) value.add("spoilt");
  for (const name of [...Object.keys(value), Array.isArray(value) ? value.length : "spoilt"]) {
    // False if the value is frozen.
    Reflect.set(value, name, "spoilt");
  }
}

function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat();
  return value instanceof Set ? [...value] : Object.values(value);
}

// Added, not inverted: doing it twice must not undo it.
function spoilBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): void {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  for (const [index, byte] of bytes.entries()) bytes[index] = byte + 1;
}
