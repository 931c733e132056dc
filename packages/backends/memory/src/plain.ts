import { inspect } from "node:util";
import { Refusal } from "./refusal.ts";

/** Longest array whose property names are listed to find names beside the elements. */
const SHORT_ARRAY = 64;

/** True if it is `Object.prototype`, of this realm or another, or the null that some objects have instead. */
export function isObjectPrototype(prototype: object | null): boolean {
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "propertyIsEnumerable");
}

/**
 * True if it is `Array.prototype`, of this realm or another: it is an array itself, as that of a subclass is
 * not.
 */
export function isArrayPrototype(prototype: object | null): boolean {
  return prototype === Array.prototype || Array.isArray(prototype);
}

/**
 * The names of an object's properties.
 *
 * @throws Refusal for a property that copying would lose: one that is not enumerable, or has a symbol for a
 * name.
 */
export function namesOf(value: object): string[] {
  const names = Object.keys(value);
  const [symbol] = Object.getOwnPropertySymbols(value);
  if (symbol !== undefined) throw new Refusal("a property whose name is a symbol", value, symbol);
  const all = Object.getOwnPropertyNames(value);
  // An array has its length.
  if (all.length === names.length + (Array.isArray(value) ? 1 : 0)) return names;
  const hidden = all.find(
    (name) => !Object.prototype.propertyIsEnumerable.call(value, name) && name !== "length",
  );
  throw new Refusal("a property that is not enumerable", value, hidden);
}

/** @throws Refusal for a getter or setter: a copy would have the value of this moment instead. */
export function partAt(value: object, name: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(value, name);
  if (descriptor?.get ?? descriptor?.set) throw new Refusal("a getter or setter", value, name);
  return descriptor?.value;
}

/** `copy[name] = part`, also for the name that would set the prototype. */
export function addPart(copy: object, name: string, part: unknown): void {
  if (name !== "__proto__") (copy as Record<string, unknown>)[name] = part;
  else
    Object.defineProperty(copy, name, { value: part, writable: true, enumerable: true, configurable: true });
}

/**
 * True if an array is long and has elements only, none of them missing. Such an array is read by index: to
 * list its names costs more than to copy it.
 */
export function isLongAndDense(array: readonly unknown[]): boolean {
  if (array.length <= SHORT_ARRAY) return false;
  for (let index = 0; index < array.length; index++)
    if (array[index] === undefined && !Object.hasOwn(array, index)) return false;
  return named(array) === named(array.slice());
}

/**
 * A text that differs if arrays differ in names beside the elements. Takes the same time however long they
 * are.
 */
function named(array: readonly unknown[]): string {
  return inspect(array, {
    maxArrayLength: 0,
    depth: 0,
    showHidden: true,
    customInspect: false,
    getters: false,
  });
}
