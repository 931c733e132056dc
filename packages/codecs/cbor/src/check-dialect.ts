import { maxShapes, ShapeLimit } from "@hitbox/core";
import { MAX_DEPTH } from "./limits.ts";
import { MAJOR, UNDEFINED } from "./major.ts";
import { TAG, TYPED_ARRAYS } from "./tags.ts";

const PROTO = "__proto__";

/**
 * Checks the encoding, without decoding it. Accepts the bytes that this package writes: definite lengths that
 * the input really has, the tags of `TAG` around what belongs in them, text as property names, nothing after
 * the end. All other features of the decoder (records, packed and shared values, classes) stays out of a
 * hostile payload's reach.
 *
 * @returns the number of nodes.
 * @throws RangeError for anything else, and for more than `maxNodes` nodes. Allocates nothing.
 */
export function checkDialect(bytes: Uint8Array, maxNodes: number): number {
  return new Dialect(bytes, maxNodes, undefined).checkAll();
}

/**
 * Walks the encoding once more, and counts the shapes of its objects.
 *
 * @throws RangeError
 */
export function checkShapes(bytes: Uint8Array, maxNodes: number): void {
  new Dialect(bytes, maxNodes, new ShapeLimit(maxShapes(maxNodes))).checkAll();
}

class Dialect {
  readonly #bytes: Uint8Array;
  readonly #maxNodes: number;
  readonly #shapes: ShapeLimit | undefined;
  #at = 0;
  #nodes = 0;

  constructor(bytes: Uint8Array, maxNodes: number, shapes: ShapeLimit | undefined) {
    this.#bytes = bytes;
    this.#maxNodes = maxNodes;
    this.#shapes = shapes;
  }

  checkAll(): number {
    this.#item(0);
    if (this.#at !== this.#bytes.byteLength) throw this.#wrong("bytes after the end");
    return this.#nodes;
  }

  #item(depth: number): void {
    this.#count();
    const initial = this.#byte();
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case MAJOR.bytes:
      case MAJOR.text:
        this.#skip(this.#length(info));
        break;
      case MAJOR.array:
        this.#array(this.#length(info), depth);
        break;
      case MAJOR.map:
        this.#record(this.#length(info), depth);
        break;
      case 6:
        this.#tagged(this.#length(info), depth);
        break;
      case 7:
        this.#simpleOrFloat(info);
        break;
      default:
        if (info > 27) throw this.#wrong("an unknown number");
        if (info > 23) this.#skip(1 << (info - 24));
    }
  }

  #array(count: number, depth: number): void {
    this.#enter(count, depth);
    for (let index = 0; index < count; index++) {
      if (this.#bytes[this.#at] === 0xd8 && this.#bytes[this.#at + 1] === TAG.absent) this.#hole();
      else this.#item(depth + 1);
    }
  }

  #record(count: number, depth: number): void {
    this.#enter(2 * count, depth);
    let shape = 0;
    for (let index = 0; index < count; index++) {
      shape = this.#name(shape);
      this.#item(depth + 1);
    }
  }

  /** An item of a Map or Set, which have no holes. */
  #items(count: number, depth: number): void {
    this.#enter(count, depth);
    for (let index = 0; index < count; index++) this.#item(depth + 1);
  }

  #tagged(tag: number, depth: number): void {
    const initial = this.#byte();
    const [major, info] = [initial >> 5, initial & 0x1f];
    if (tag === TAG.epoch) this.#seconds(major, info);
    else if (tag === TAG.map && major === MAJOR.map) this.#items(2 * this.#length(info), depth);
    else if (tag === TAG.set && major === MAJOR.array) this.#items(this.#length(info), depth);
    else if (major === MAJOR.bytes) this.#taggedBytes(tag, this.#length(info));
    else throw this.#wrong(`tag ${tag}`);
  }

  #seconds(major: number, info: number): void {
    if (major === 7 && info >= 25 && info <= 27) this.#skip(1 << (info - 24));
    else if (major < 2 && info <= 26) this.#length(info);
    else throw this.#wrong("tag 1");
  }

  #taggedBytes(tag: number, length: number): void {
    const isBytes = tag === TAG.positiveBignum || tag === TAG.negativeBignum || tag === TAG.wtf8;
    const elementBytes = isBytes ? 1 : TYPED_ARRAYS.get(tag)?.BYTES_PER_ELEMENT;
    if (elementBytes === undefined || length % elementBytes !== 0) throw this.#wrong(`tag ${tag}`);
    this.#skip(length);
  }

  #hole(): void {
    this.#at += 2;
    if (this.#byte() !== UNDEFINED) throw this.#wrong("tag 31");
    this.#count();
  }

  /** The shape of the object with this name. */
  #name(shape: number): number {
    const initial = this.#byte();
    if (initial >> 5 !== MAJOR.text) throw this.#wrong("a property name that is not text");
    const length = this.#length(initial & 0x1f);
    const start = this.#at;
    this.#skip(length);
    if (length === PROTO.length && this.#isProto(start)) throw this.#wrong("a property named __proto__");
    return this.#shapes === undefined ? shape : this.#shapes.next(shape, this.#bytes, start, this.#at);
  }

  #isProto(start: number): boolean {
    for (let index = 0; index < PROTO.length; index++)
      if (this.#bytes[start + index] !== PROTO.charCodeAt(index)) return false;
    return true;
  }

  #simpleOrFloat(info: number): void {
    if (info >= 25 && info <= 27) this.#skip(1 << (info - 24));
    else if (info < 20 || info > 23) throw this.#wrong("an unknown simple value");
  }

  /** Every item has at least one byte: a count that the rest of the input cannot hold is a lie. */
  #enter(items: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw this.#wrong(`more than ${MAX_DEPTH} levels`);
    if (items > this.#bytes.byteLength - this.#at) throw this.#wrong("a count beyond the end");
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > this.#maxNodes) throw this.#wrong(`more than ${this.#maxNodes} nodes`);
  }

  /** A length, count or tag number. 64-bit and indefinite ones are never written here. */
  #length(info: number): number {
    if (info < 24) return info;
    if (info > 26) throw this.#wrong("a length that is indefinite or of 64 bits");
    let length = 0;
    for (let left = 1 << (info - 24); left > 0; left--) length = length * 256 + this.#byte();
    return length;
  }

  #skip(length: number): void {
    this.#at += length;
    if (this.#at > this.#bytes.byteLength) throw this.#wrong("a length beyond the end");
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw this.#wrong("an end that is too early");
    this.#at += 1;
    return byte;
  }

  #wrong(what: string): RangeError {
    return new RangeError(`not a payload of this format: ${what}, near byte ${this.#at}`);
  }
}
