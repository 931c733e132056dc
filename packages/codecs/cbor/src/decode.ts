import { fillWatched } from "@hitbox/core";
import { bigintOfBytes } from "./bignum.ts";
import { dateOfSeconds } from "./date-of-seconds.ts";
import { MAJOR } from "./major.ts";
import { TAG, TYPED_ARRAYS } from "./tags.ts";
import { wtf8OfBytes } from "./wtf8.ts";

/** Strings up to so many bytes are made character by character while they are ASCII. */
const SHORT = 24;
const FALSE = 20;
const TRUE = 21;
const NULL = 22;
const HALF = 25;
const SINGLE = 26;
const DOUBLE = 27;

/**
 * Builds the value of an encoding that `checkDialect` has passed, and which therefore is complete.
 */
export class Decoding {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  item(): unknown {
    const initial = this.#bytes[this.#at++] as number;
    const info = initial & 0x1f;
    switch (initial >> 5) {
      case MAJOR.unsigned:
        return info === DOUBLE ? this.#long() : this.#argument(info);
      case MAJOR.negative:
        return info === DOUBLE ? -1n - this.#long() : -1 - this.#argument(info);
      case MAJOR.bytes:
        return Buffer.from(this.#memory(this.#argument(info)));
      case MAJOR.text:
        return this.#text(this.#argument(info));
      case MAJOR.array:
        return this.#array(this.#argument(info));
      case MAJOR.map:
        return this.#record(this.#argument(info));
      case MAJOR.tag:
        return this.#tagged(this.#argument(info));
      default:
        return this.#simple(info);
    }
  }

  #argument(info: number): number {
    if (info < 24) return info;
    const at = this.#at;
    this.#at += 1 << (info - 24);
    if (info === 24) return this.#bytes[at] as number;
    return info === 25 ? this.#bytes.readUInt16BE(at) : this.#bytes.readUInt32BE(at);
  }

  #long(): bigint {
    this.#at += 8;
    return this.#bytes.readBigUInt64BE(this.#at - 8);
  }

  #text(length: number): string {
    const start = this.#at;
    this.#at += length;
    return (
      (length <= SHORT ? this.#ascii(start, length) : undefined) ??
      this.#bytes.toString("utf8", start, this.#at)
    );
  }

  #ascii(start: number, length: number): string | undefined {
    let text = "";
    for (let at = start; at < start + length; at++) {
      const code = this.#bytes[at] as number;
      if (code > 0x7f) return undefined;
      text += String.fromCharCode(code);
    }
    return text;
  }

  #array(count: number): unknown[] {
    const items: unknown[] = [];
    for (let index = 0; index < count; index++) {
      if (this.#isHole()) items.length = index + 1;
      else items[index] = this.item();
    }
    return items;
  }

  /** Goes on past a hole: tag 31 around undefined. */
  #isHole(): boolean {
    if (this.#bytes[this.#at] !== 0xd8 || this.#bytes[this.#at + 1] !== TAG.absent) return false;
    this.#at += 3;
    return true;
  }

  #record(count: number): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const initial = this.#bytes[this.#at++] as number;
      const name = this.#text(this.#argument(initial & 0x1f));
      record[name] = this.item();
    }
    return record;
  }

  #tagged(tag: number): unknown {
    if (tag === TAG.epoch) return dateOfSeconds(this.item() as number);
    const info = (this.#bytes[this.#at++] as number) & 0x1f;
    const length = this.#argument(info);
    switch (tag) {
      case TAG.map:
        return this.#map(length);
      case TAG.set:
        return this.#set(length);
      case TAG.positiveBignum:
        return bigintOfBytes(this.#view(length));
      case TAG.negativeBignum:
        return -1n - bigintOfBytes(this.#view(length));
      case TAG.wtf8:
        return wtf8OfBytes(this.#view(length));
      default:
        return this.#typedArray(tag, length);
    }
  }

  #map(count: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    const entries = Array.from({ length: count }, () => [this.item(), this.item()] as const);
    fillWatched(count, {
      insert: (at) => map.set(entries[at]?.[0], entries[at]?.[1]),
      remove: (at) => map.delete(entries[at]?.[0]),
    });
    return map;
  }

  #set(count: number): Set<unknown> {
    const set = new Set<unknown>();
    const items = Array.from({ length: count }, () => this.item());
    fillWatched(count, { insert: (at) => set.add(items[at]), remove: (at) => set.delete(items[at]) });
    return set;
  }

  #typedArray(tag: number, length: number): ArrayBufferView {
    const Class = TYPED_ARRAYS.get(tag);
    if (Class === undefined) throw new RangeError(`not a payload of this format: tag ${tag}`);
    return new Class(this.#memory(length));
  }

  #simple(info: number): unknown {
    switch (info) {
      case FALSE:
        return false;
      case TRUE:
        return true;
      case NULL:
        return null;
      case HALF:
        this.#at += 2;
        return halfOf(this.#bytes.readUInt16BE(this.#at - 2));
      case SINGLE:
        this.#at += 4;
        return this.#bytes.readFloatBE(this.#at - 4);
      case DOUBLE:
        this.#at += 8;
        return this.#bytes.readDoubleBE(this.#at - 8);
      default:
        return undefined;
    }
  }

  #view(length: number): Buffer {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** The next bytes, in memory of their own. */
  #memory(length: number): ArrayBuffer {
    return new Uint8Array(this.#view(length)).buffer;
  }
}

/** A float of 16 bits (RFC 8949, appendix D). */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (mantissa + 1_024) * 2 ** (exponent - 25);
}
