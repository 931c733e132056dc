import { types } from "node:util";
import { textBytes } from "./text-bytes.ts";

/*
 * Bytes on a 64-bit V8 without pointer compression, as Node has it. Measured by `test/heap.test.ts`, and
 * rounded up.
 */
const OBJECT = 56;
const PROPERTY = 12;
const NEW_NAME = 60;
const DICTIONARY_NAME = 80;
const ARRAY = 48;
const ELEMENT = 8;
const NUMBER = 16;
const BINARY = 240;
const COLLECTION = 240;
const MEMBER = 56;
const BUILT_IN = 300;

/** An object with more names than this is a dictionary to V8. */
const MOST_FIELDS = 24;
/** Names that are remembered as known, up to this length. Then all are forgotten. */
const MOST_NAMES = 4_096;
const LONGEST_NAME = 64;

/** Estimates the bytes that values take in memory. */
export class Estimator {
  /** Objects of one shape share its names: a name costs only when it is new. */
  readonly #names = new Set<string>();
  #seen = new Set<object>();
  #pending: object[] = [];
  #bytes = 0;

  /** Stops counting when the bytes are more than `limit`. */
  bytesOf(root: unknown, limit: number): number {
    this.#bytes = 0;
    this.#add(root);
    if (this.#pending.length > 0) this.#walk(limit);
    return this.#bytes;
  }

  #walk(limit: number): void {
    for (let value = this.#pending.pop(); value; value = this.#pending.pop()) {
      this.#addObject(value);
      if (this.#bytes > limit) break;
    }
    this.#pending = [];
    this.#seen = new Set();
  }

  readonly #add = (value: unknown): void => {
    if (typeof value === "string") this.#bytes += textBytes(value);
    else if (typeof value === "number") this.#bytes += isSmall(value) ? 0 : NUMBER;
    else if (typeof value === "bigint") this.#bytes += NUMBER + Math.ceil(value.toString(16).length / 2);
    else if (typeof value === "object" && value !== null && !this.#seen.has(value)) {
      this.#seen.add(value);
      this.#pending.push(value);
    }
  };

  #addObject(value: object): void {
    if (Array.isArray(value)) this.#addArray(value);
    else if (types.isMap(value) || types.isSet(value)) this.#addMembers(value);
    else if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value))
      this.#bytes += BINARY + value.byteLength;
    else this.#addProperties(value, isPlain(value) ? OBJECT : BUILT_IN);
  }

  #addArray(array: readonly unknown[]): void {
    this.#bytes += ARRAY;
    // A sparse array has few elements for its length, and is not walked by index.
    if (!(array.length - 1 in array) || !(0 in array)) this.#addProperties(array, 0);
    else {
      this.#bytes += ELEMENT * array.length;
      for (const element of array) this.#add(element);
    }
  }

  #addMembers(collection: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): void {
    this.#bytes += COLLECTION + MEMBER * collection.size;
    collection.forEach((value: unknown, key: unknown) => {
      this.#add(value);
      if (value !== key) this.#add(key);
    });
  }

  #addProperties(value: object, own: number): void {
    this.#bytes += own;
    const names = value instanceof Error ? Object.getOwnPropertyNames(value) : Object.keys(value);
    for (const name of names) {
      this.#bytes += PROPERTY + this.#nameBytes(name) + (names.length > MOST_FIELDS ? DICTIONARY_NAME : 0);
      this.#add((value as Record<string, unknown>)[name]);
    }
  }

  #nameBytes(name: string): number {
    if (this.#names.has(name)) return 0;
    if (this.#names.size >= MOST_NAMES) this.#names.clear();
    if (name.length <= LONGEST_NAME) this.#names.add(name);
    return NEW_NAME + textBytes(name);
  }
}

/** Such an integer takes no memory of its own. */
function isSmall(value: number): boolean {
  return Object.is(value | 0, value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
