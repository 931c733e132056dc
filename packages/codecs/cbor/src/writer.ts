import { FLOAT64, MAJOR } from "./major.ts";

const START_BYTES = 8_192;
/** A buffer that has grown beyond this is not kept for the next value. */
const KEEP_BYTES = 65_536;
/** Strings shorter than this are written character by character while they are ASCII. */
const SHORT = 64;

/**
 * A buffer for the next value: the bytes of each are copied out of it. Taken while a value is being written.
 */
let spare: Buffer | undefined;

function takeBuffer(): Buffer {
  const taken = spare ?? Buffer.allocUnsafeSlow(START_BYTES);
  spare = undefined;
  return taken;
}

/** Writes the parts of CBOR items, with the shortest heads (RFC 8949, 4.2.1). */
export class Writer {
  #buffer: Buffer = takeBuffer();
  #at = 0;

  /** Bytes of their own. Nothing is written afterwards. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#buffer.subarray(0, this.#at));
    if (this.#buffer.byteLength <= KEEP_BYTES) spare = this.#buffer;
    return bytes;
  }

  byte(byte: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = byte;
  }

  /** The head of an item: its major type and an argument of up to 32 bits. */
  head(major: number, argument: number): void {
    this.#room(5);
    const type = major << 5;
    if (argument < 24) {
      this.#buffer[this.#at++] = type | argument;
    } else if (argument < 0x100) {
      this.#buffer[this.#at++] = type | 24;
      this.#buffer[this.#at++] = argument;
    } else if (argument < 0x1_0000) {
      this.#buffer[this.#at] = type | 25;
      this.#at = this.#buffer.writeUInt16BE(argument, this.#at + 1);
    } else {
      this.#buffer[this.#at] = type | 26;
      this.#at = this.#buffer.writeUInt32BE(argument, this.#at + 1);
    }
  }

  /** An integer of 32 bits, whatever its size. */
  seconds(value: number): void {
    this.#room(5);
    this.#buffer[this.#at] = 26;
    this.#at = this.#buffer.writeUInt32BE(value, this.#at + 1);
  }

  float(value: number): void {
    this.#room(9);
    this.#buffer[this.#at] = FLOAT64;
    this.#at = this.#buffer.writeDoubleBE(value, this.#at + 1);
  }

  /** An integer of 64 bits, whatever its size: so a bigint is told from a number. */
  long(major: number, argument: bigint): void {
    this.#room(9);
    this.#buffer[this.#at] = (major << 5) | 27;
    this.#at = this.#buffer.writeBigUInt64BE(argument, this.#at + 1);
  }

  /** A well-formed string. */
  text(text: string): void {
    if (text.length < SHORT && this.#ascii(text)) return;
    const byteLength = Buffer.byteLength(text);
    this.head(MAJOR.text, byteLength);
    this.#room(byteLength);
    this.#at += this.#buffer.write(text, this.#at);
  }

  raw(bytes: Uint8Array): void {
    this.head(MAJOR.bytes, bytes.byteLength);
    this.#room(bytes.byteLength);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.byteLength;
  }

  #ascii(text: string): boolean {
    this.#room(2 + SHORT);
    let at = this.#at + (text.length < 24 ? 1 : 2);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      this.#buffer[at++] = code;
    }
    this.head(MAJOR.text, text.length);
    this.#at = at;
    return true;
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.byteLength) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.byteLength, this.#at + bytes));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
  }
}
