import { expect } from "vitest";

/** Equal down to types, holes, −0, order, and hidden properties of errors. */
export function expectSame(actual: unknown, expected: unknown): void {
  expect(describeAll(actual)).toBe(describeAll(expected));
}

function describeAll(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return `${kindOf(value)}{${partsOf(value).join()}}`;
}

function kindOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null ? "null" : (prototype as { constructor: { name: string } }).constructor.name;
}

function partsOf(value: object): string[] {
  if (value instanceof Date) return [String(value.getTime())];
  if (value instanceof URL || value instanceof RegExp) return [String(value)];
  if (value instanceof ArrayBuffer) return [Buffer.from(value).toString("hex")];
  if (ArrayBuffer.isView(value))
    return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")];
  if (value instanceof Map)
    return [...value].map(([key, item]) => `${describeAll(key)}=>${describeAll(item)}`);
  if (value instanceof Set) return [...value].map(describeAll);
  if (value instanceof Error)
    return propertiesOf(value).filter((property) => !property.startsWith('"stack"'));
  return [...(Array.isArray(value) ? [`length ${value.length}`] : []), ...propertiesOf(value, "visible")];
}

function propertiesOf(value: object, which: "all" | "visible" = "all"): string[] {
  const names = which === "all" ? Object.getOwnPropertyNames(value).toSorted() : Object.keys(value);
  return names.map((name) => {
    const property = Object.getOwnPropertyDescriptor(value, name);
    return `${JSON.stringify(name)}${property?.enumerable ? "" : "*"}:${describeAll(property?.value)}`;
  });
}
