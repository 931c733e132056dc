import { QUOTE } from "../json-string.ts";
import { DOLLAR } from "./escapes.ts";
import { COLON, COMMA } from "./tokens.ts";

/** Strings up to so many characters are written here; V8 is faster for longer ones. */
const SHORT = 192;
/** Bytes that several documents share, as in the pool of Node. A larger document has memory of its own. */
const SLAB = 8_192;

const BACKSLASH = 0x5c;
const ZERO = 0x30;
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

const NONE = Buffer.alloc(0);
/** Taken while a document is written: a type of the caller's may write another within it. */
let slab = NONE;
let used = 0;

/** Writes the tokens of one JSON text as UTF-8, without a string between the value and its bytes. */
export class JsonWriter {
  #bytes = slab;
  #start = used;
  #at = used;

  constructor() {
    slab = NONE;
    used = 0;
  }

  /** The bytes. Nothing may be written after it. */
  end(): Buffer {
    const written = this.#bytes.subarray(this.#start, this.#at);
    if (this.#bytes.length > SLAB) return Buffer.from(written);
    slab = this.#bytes;
    used = this.#at;
    return written;
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = byte;
  }

  /** Text that JSON has as it is. */
  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#at;
    if (text.length > SHORT) at += bytes.write(text, at, "latin1");
    else for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.#at = at;
  }

  /** A string. One that begins with `$` gets a second one. */
  string(text: string): void {
    if (text.charCodeAt(0) === DOLLAR) this.text(`$${text}`);
    else this.text(text);
  }

  /** A string as it is, such as the name of a property or an escape. */
  text(text: string): void {
    if (text.length <= SHORT && this.#short(text)) return;
    const quoted = JSON.stringify(text);
    this.#reserve(Buffer.byteLength(quoted));
    this.#at += this.#bytes.write(quoted, this.#at);
  }

  /** False, with nothing written, if JSON escapes a character of the text. */
  #short(text: string): boolean {
    this.#reserve(3 * text.length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x80) {
        if (code < 0x20 || code === QUOTE || code === BACKSLASH) return false;
        bytes[at++] = code;
      } else {
        if (code >= FIRST_SURROGATE && code <= LAST_SURROGATE) return false;
        at = writeWide(bytes, at, code);
      }
    }
    bytes[at++] = QUOTE;
    this.#at = at;
    return true;
  }

  /** A finite number other than −0. */
  number(value: number): void {
    if (value === (value | 0) && value >= 0) this.#digits(value);
    else this.ascii(`${value}`);
  }

  /** The name of the next property of an object. */
  name(name: string, isFirst: boolean): void {
    if (!isFirst) this.byte(COMMA);
    this.text(name);
    this.byte(COLON);
  }

  /** A whole number from 0 to 2^31 − 1. */
  #digits(value: number): void {
    let count = 1;
    for (let limit = 10; limit <= value; limit *= 10) count += 1;
    this.#reserve(count);
    writeDigits(this.#bytes, this.#at, count, value);
    this.#at += count;
  }

  /** The escape of a date. Most dates have 13 digits: they are written as two numbers that fit 32 bits. */
  date(milliseconds: number): void {
    this.ascii('"$Date:');
    if (milliseconds >= 1e12 && milliseconds < 1e13) {
      const high = Math.floor(milliseconds / 1e7);
      this.#reserve(13);
      writeDigits(this.#bytes, this.#at, 6, high);
      writeDigits(this.#bytes, this.#at + 6, 7, milliseconds - high * 1e7);
      this.#at += 13;
    } else this.ascii(`${milliseconds}`);
    this.byte(QUOTE);
  }

  #reserve(count: number): void {
    if (this.#at + count > this.#bytes.length) this.#grow(count);
  }

  #grow(count: number): void {
    const size = this.#at - this.#start;
    const isSmall = size + count <= SLAB;
    const larger = Buffer.allocUnsafeSlow(isSmall ? SLAB : Math.max(2 * size, size + count) + SLAB);
    this.#bytes.copy(larger, 0, this.#start, this.#at);
    this.#bytes = larger;
    this.#start = 0;
    this.#at = size;
  }
}

function writeDigits(bytes: Buffer, start: number, count: number, value: number): void {
  let left = value;
  for (let at = start + count - 1; at >= start; at--) {
    const rest = (left / 10) | 0;
    bytes[at] = ZERO + left - rest * 10;
    left = rest;
  }
}

/** Writes a character of two or three bytes, and gives the position after it. */
function writeWide(bytes: Buffer, at: number, code: number): number {
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  bytes[at] = 0xe0 | (code >> 12);
  bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 2] = 0x80 | (code & 0x3f);
  return at + 3;
}
