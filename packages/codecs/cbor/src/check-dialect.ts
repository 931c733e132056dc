import { MAX_CONTAINERS, MAX_DEPTH } from "./limits.ts";
import { ELEMENT_BYTES, TAG } from "./tags.ts";

/** Major types (RFC 8949, 3.1). */
const BYTES = 2;
const TEXT = 3;
const ARRAY = 4;
const MAP = 5;
const UNDEFINED = 0xf7;
const PROTO = "__proto__";

/**
 * Walks the encoding, without decoding it, and accepts what this package writes: definite lengths that the input
 * really has, the tags of `TAG` around what belongs in them, text as property names, nothing after the end. All
 * else that the decoder knows (records, packed and shared values, classes) stays out of a hostile payload's reach.
 *
 * @throws RangeError for anything else. Allocates nothing.
 */
export function checkDialect(bytes: Uint8Array): { readonly hasHoles: boolean } {
  const dialect = new Dialect(bytes);
  dialect.checkAll();
  return dialect;
}

class Dialect {
  hasHoles = false;
  readonly #bytes: Uint8Array;
  #at = 0;
  #containers = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  checkAll(): void {
    this.#item(0);
    if (this.#at !== this.#bytes.byteLength) throw this.#wrong("bytes after the end");
  }

  #item(depth: number): void {
    const initial = this.#byte();
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case BYTES:
      case TEXT:
        this.#skip(this.#length(info));
        break;
      case ARRAY:
        this.#array(this.#length(info), depth);
        break;
      case MAP:
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
    for (let index = 0; index < count; index++) {
      this.#name();
      this.#item(depth + 1);
    }
  }

  /** Of a Map or Set, where there are no holes. */
  #items(count: number, depth: number): void {
    this.#enter(count, depth);
    for (let index = 0; index < count; index++) this.#item(depth + 1);
  }

  #tagged(tag: number, depth: number): void {
    const initial = this.#byte();
    const [major, info] = [initial >> 5, initial & 0x1f];
    if (tag === TAG.epoch) this.#seconds(major, info);
    else if (tag === TAG.map && major === MAP) this.#items(2 * this.#length(info), depth);
    else if (tag === TAG.set && major === ARRAY) this.#items(this.#length(info), depth);
    else if (major === BYTES) this.#taggedBytes(tag, this.#length(info));
    else throw this.#wrong(`tag ${tag}`);
  }

  #seconds(major: number, info: number): void {
    if (major === 7 && info >= 25 && info <= 27) this.#skip(1 << (info - 24));
    else if (major < 2 && info <= 26) this.#length(info);
    else throw this.#wrong("tag 1");
  }

  #taggedBytes(tag: number, length: number): void {
    const isBytes = tag === TAG.positiveBignum || tag === TAG.negativeBignum || tag === TAG.wtf8;
    const elementBytes = isBytes ? 1 : ELEMENT_BYTES.get(tag);
    if (elementBytes === undefined || length % elementBytes !== 0) throw this.#wrong(`tag ${tag}`);
    this.#skip(length);
  }

  #hole(): void {
    this.#at += 2;
    if (this.#byte() !== UNDEFINED) throw this.#wrong("tag 31");
    this.#count();
    this.hasHoles = true;
  }

  #name(): void {
    const initial = this.#byte();
    if (initial >> 5 !== TEXT) throw this.#wrong("a property name that is not text");
    const length = this.#length(initial & 0x1f);
    const start = this.#at;
    this.#skip(length);
    if (length === PROTO.length && this.#isProto(start)) throw this.#wrong("a property named __proto__");
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
    this.#count();
  }

  #count(): void {
    this.#containers += 1;
    if (this.#containers > MAX_CONTAINERS)
      throw this.#wrong(`more than ${MAX_CONTAINERS} arrays, objects and holes`);
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
