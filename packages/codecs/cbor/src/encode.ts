import { bytesOfBigint } from "./bignum.ts";
import { MAX_DEPTH } from "./limits.ts";
import { FALSE, MAJOR, NULL, TRUE, UNDEFINED } from "./major.ts";
import { Refusal, refusalUnder } from "./refusal.ts";
import { sameKind } from "./same-kind.ts";
import { TAG, TYPED_ARRAY_TAGS } from "./tags.ts";
import { Writer } from "./writer.ts";
import { bytesOfWtf8 } from "./wtf8.ts";

const TWO_TO_32 = 2 ** 32;
const TWO_TO_64 = 1n << 64n;

/**
 * Writes one value. Loops, not callbacks: each frame that a level takes is stack that the value cannot have.
 */
export class Encoding {
  readonly #writer = new Writer();
  readonly #maxNodes: number;
  nodes = 0;

  constructor(maxNodes: number) {
    this.#maxNodes = maxNodes;
  }

  bytes(): Uint8Array {
    return this.#writer.bytes();
  }

  /** @throws Refusal for a value that would not read back equal. */
  item(value: unknown, depth: number): void {
    this.nodes += 1;
    if (this.nodes > this.#maxNodes) throw new Refusal("more nodes than `maxNodes` allows");
    if (typeof value === "string") this.#text(value);
    else if (typeof value === "number") this.#number(value);
    else if (value === null) this.#writer.byte(NULL);
    else if (typeof value === "object") this.#object(value, depth);
    else if (typeof value === "boolean") this.#writer.byte(value ? TRUE : FALSE);
    else if (value === undefined) this.#writer.byte(UNDEFINED);
    else if (typeof value === "bigint") this.#bigint(value);
    else throw new Refusal(`a ${typeof value} cannot be kept`);
  }

  #text(text: string): void {
    if (text.isWellFormed()) {
      this.#writer.text(text);
    } else {
      this.#writer.head(MAJOR.tag, TAG.wtf8);
      this.#writer.raw(bytesOfWtf8(text));
    }
  }

  #number(value: number): void {
    const isInteger = Number.isInteger(value) && !Object.is(value, -0);
    if (isInteger && value >= 0 && value < TWO_TO_32) this.#writer.head(MAJOR.unsigned, value);
    else if (isInteger && value < 0 && value >= -TWO_TO_32) this.#writer.head(MAJOR.negative, -1 - value);
    else this.#writer.float(value);
  }

  #bigint(value: bigint): void {
    const argument = value < 0n ? -1n - value : value;
    if (argument < TWO_TO_64) {
      this.#writer.long(value < 0n ? MAJOR.negative : MAJOR.unsigned, argument);
    } else {
      this.#writer.head(MAJOR.tag, value < 0n ? TAG.negativeBignum : TAG.positiveBignum);
      this.#writer.raw(bytesOfBigint(argument));
    }
  }

  #object(value: object, depth: number): void {
    if (depth >= MAX_DEPTH) throw new Refusal(`a cycle, or more than ${MAX_DEPTH} levels`);
    const prototype: unknown = Object.getPrototypeOf(value);
    const isPlain = prototype === Object.prototype || prototype === null;
    const known = isPlain ? undefined : sameKind(value);
    if (known === undefined) this.#record(value, depth);
    else if (Array.isArray(known)) this.#array(known, depth);
    else if (known instanceof Map) this.#map(known, depth);
    else if (known instanceof Set) this.#set(known, depth);
    else if (known instanceof Date) this.#date(known);
    else this.#binary(known as ArrayBufferView);
  }

  #record(record: object, depth: number): void {
    const source = record as Record<string, unknown>;
    const names = Object.keys(source);
    let place = "";
    this.#writer.head(MAJOR.map, names.length);
    try {
      for (const name of names) {
        place = name;
        checkName(name);
        this.#writer.text(name);
        this.item(source[name], depth + 1);
      }
    } catch (error) {
      throw refusalUnder(`.${place}`, error);
    }
    checkSymbols(record);
  }

  #array(items: readonly unknown[], depth: number): void {
    this.#checkCount(items.length);
    let index = 0;
    this.#writer.head(MAJOR.array, items.length);
    try {
      for (; index < items.length; index++) {
        const item = items[index];
        if (item === undefined && !Object.hasOwn(items, index)) this.#hole();
        else this.item(item, depth + 1);
      }
    } catch (error) {
      throw refusalUnder(`[${index}]`, error);
    }
  }

  #hole(): void {
    this.#writer.head(MAJOR.tag, TAG.absent);
    this.item(undefined, 0);
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    let index = 0;
    this.#writer.head(MAJOR.tag, TAG.map);
    this.#writer.head(MAJOR.map, map.size);
    try {
      for (const [key, item] of map) {
        this.item(key, depth + 1);
        this.item(item, depth + 1);
        index += 1;
      }
    } catch (error) {
      throw refusalUnder(`[entry ${index} of the Map]`, error);
    }
  }

  #set(set: ReadonlySet<unknown>, depth: number): void {
    let index = 0;
    this.#writer.head(MAJOR.tag, TAG.set);
    this.#writer.head(MAJOR.array, set.size);
    try {
      for (const item of set) {
        this.item(item, depth + 1);
        index += 1;
      }
    } catch (error) {
      throw refusalUnder(`[member ${index} of the Set]`, error);
    }
  }

  #date(date: Date): void {
    const seconds = date.getTime() / 1_000;
    this.#writer.head(MAJOR.tag, TAG.epoch);
    if (Number.isInteger(seconds) && seconds >= 0 && seconds < TWO_TO_32) this.#writer.seconds(seconds);
    else this.#writer.float(seconds);
  }

  #binary(view: ArrayBufferView): void {
    const tag = Buffer.isBuffer(view) ? undefined : TYPED_ARRAY_TAGS.get(view.constructor);
    if (tag !== undefined) this.#writer.head(MAJOR.tag, tag);
    this.#writer.raw(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  }

  /** Before the loop: an array that is nothing but a length takes no memory and has no end. */
  #checkCount(count: number): void {
    if (this.nodes + count > this.#maxNodes) throw new Refusal("more nodes than `maxNodes` allows");
  }
}

function checkName(name: string): void {
  if (name === "__proto__") throw new Refusal("a property of this name cannot be kept");
  if (!name.isWellFormed()) throw new Refusal("a property name with a lone surrogate cannot be kept");
}

function checkSymbols(record: object): void {
  const [symbol] = Object.getOwnPropertySymbols(record);
  if (symbol !== undefined) throw new Refusal(`a property under ${String(symbol)} cannot be kept`);
}
