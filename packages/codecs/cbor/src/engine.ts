/*
 * cbor-x, set up once. This entry of it is a module instance of its own, without native code and without `eval`:
 * nobody else's extensions reach it, and hostile bytes meet JavaScript only.
 */
import { addExtension, Decoder, Encoder, type Options, Tag } from "cbor-x/index-no-eval";
import { bigintOfBytes, bytesOfBigint } from "./bignum.ts";
import { dateOfSeconds } from "./date-of-seconds.ts";
import { TAG } from "./tags.ts";
import { bytesOfWtf8, wtf8OfBytes } from "./wtf8.ts";

/** Stands in a decoded array for a hole. Registered, so that two copies of this package agree on it. */
export const ABSENT: symbol = Symbol.for("@hitbox/cbor/absent");

/** What cbor-x would change, in the form in which it does not. */
export const HOLE: unknown = new Tag(undefined, TAG.absent);
export const bignum = (value: bigint): unknown =>
  value < 0n
    ? new Tag(bytesOfBigint(-1n - value), TAG.negativeBignum)
    : new Tag(bytesOfBigint(value), TAG.positiveBignum);
export const wtf8 = (text: string): unknown => new Tag(bytesOfWtf8(text), TAG.wtf8);

class NegativeZero {}
export const NEGATIVE_ZERO: unknown = new NegativeZero();

const OPTIONS: Options = {
  useRecords: false,
  variableMapSize: true,
  mapsAsObjects: true,
  copyBuffers: true,
  tagUint8Array: true,
};
const START_BYTES = 8_192;
const KEEP_BYTES = 65_536;
/** cbor-x's RESET_BUFFER_MODE, which it does not export: the next value is written over this one. */
const RESET_BUFFER = 1_024;

interface Engine {
  encode(value: unknown, mode: number): Uint8Array;
  useBuffer(buffer: Uint8Array): void;
  alwaysUseFloat: boolean;
}

interface Extension {
  readonly Class?: new () => unknown;
  readonly tag?: number;
  encode?(this: Engine, value: unknown, encode: (value: unknown) => void): void;
  decode?(value: never): unknown;
}

const extend = addExtension as unknown as (extension: Extension) => void;

extend({
  Class: NegativeZero,
  // As an integer it would be 0.
  encode(_, encodeNumber) {
    this.alwaysUseFloat = true;
    encodeNumber(-0);
    this.alwaysUseFloat = false;
  },
});
extend({ tag: TAG.epoch, decode: dateOfSeconds });
extend({ tag: TAG.positiveBignum, decode: bigintOfBytes });
extend({ tag: TAG.negativeBignum, decode: (bytes: Uint8Array) => -1n - bigintOfBytes(bytes) });
extend({ tag: TAG.absent, decode: () => ABSENT });
extend({ tag: TAG.wtf8, decode: wtf8OfBytes });

const encoder = new Encoder(OPTIONS) as unknown as Engine;
const decoder = new Decoder(OPTIONS);

/** Bytes of their own: neither the encoder's buffer nor a slice of one. */
export function encode(prepared: unknown): Uint8Array {
  const bytes = new Uint8Array(encoder.encode(prepared, RESET_BUFFER));
  if (bytes.byteLength > KEEP_BYTES) encoder.useBuffer(Buffer.allocUnsafeSlow(START_BYTES));
  return bytes;
}

export function decode(checked: Buffer): unknown {
  return decoder.decode(checked);
}
