import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import { BackendError } from "../backend-error.ts";
import { isId } from "../check.ts";
import type { StoredValue } from "../stored-value.ts";

/*
 * Version 1, little-endian; docs/reference/envelope.md is the specification.
 *
 *   0  u24  magic F5 48 42           8  u64  createdAt
 *   3  u8   version 1                   u64  staleAt       flag 1
 *   4  u8   flags                       u64  expiresAt     flag 2
 *   5  u8   length of format id         u32  decodedBytes  flag 4
 *   6  u8   length of compressor id     …    format id, compressor id (ASCII)
 *                                       u32  loadMs        flag 16
 *   7  u8   0                           u16  tag count, each u16 length and UTF-8   flag 8
 *                                       …    payload
 *                                       u32  CRC-32 of all that comes before
 */
const MAGIC_AND_VERSION = 0x01_42_48_f5;
const MAGIC = MAGIC_AND_VERSION & 0x00ff_ffff;
const FLAGS = 4;
const FORMAT_LENGTH = 5;
const COMPRESSOR_LENGTH = 6;
const RESERVED = 7;
const TIMES = 8;
const FIXED = 16;
const CHECKSUM = 4;
/**
 * The CRC-32 of any bytes that end with their own CRC-32: it is checked in one call, without a view of the
 * rest.
 */
const INTACT = 0x2144_df1c;
const STALE = 1;
const EXPIRES = 2;
const COMPRESSED = 4;
const TAGS = 8;
const LOADED = 16;
const ALL_FLAGS = 31;
const HIGH = 0x1_0000_0000;

/** One value of a store that keeps nothing but bytes: metadata and payload, self-describing and checked. */
export function encodeEnvelope(stored: StoredValue): Uint8Array {
  const tags = (stored.tags ?? []).map((tag) => Buffer.from(tag));
  const payload = stored.payload;
  const end = headerBytes(stored, tags) + payload.byteLength;
  const bytes = Buffer.allocUnsafe(end + CHECKSUM);
  bytes.set(payload, writeHeader(bytes, stored, tags));
  bytes.writeUInt32LE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

/**
 * The inverse. The payload is a view of `bytes`, not a copy.
 *
 * @throws BackendError `corrupt` for anything that `encodeEnvelope` did not make: foreign, truncated,
 * damaged, or of a later version. Nothing is allocated on the word of a length field.
 */
export function decodeEnvelope(bytes: Uint8Array): StoredValue {
  const view = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkIntact(view);
  return new Reader(view).storedValue();
}

function headerBytes(stored: StoredValue, tags: readonly Buffer[]): number {
  const times = (stored.staleAt === undefined ? 0 : 8) + (stored.expiresAt === undefined ? 0 : 8);
  const compressed = stored.compressor === undefined ? 0 : 4 + stored.compressor.length;
  const tagged = tags.reduce((sum, tag) => sum + 2 + tag.byteLength, tags.length === 0 ? 0 : 2);
  const loaded = stored.loadMs === undefined ? 0 : 4;
  return FIXED + times + compressed + stored.format.length + loaded + tagged;
}

function writeHeader(bytes: Buffer, stored: StoredValue, tags: readonly Buffer[]): number {
  const { format, compressor, createdAt, staleAt, expiresAt, loadMs } = stored;
  const flag = (bit: number, present: boolean): number => (present ? bit : 0);
  bytes.writeUInt32LE(MAGIC_AND_VERSION, 0);
  bytes[FLAGS] =
    flag(STALE, staleAt !== undefined) |
    flag(EXPIRES, expiresAt !== undefined) |
    flag(COMPRESSED, compressor !== undefined) |
    flag(TAGS, tags.length > 0) |
    flag(LOADED, loadMs !== undefined);
  bytes[FORMAT_LENGTH] = format.length;
  bytes[COMPRESSOR_LENGTH] = compressor?.length ?? 0;
  bytes[RESERVED] = 0;
  let at = writeInstant(bytes, createdAt, TIMES);
  if (staleAt !== undefined) at = writeInstant(bytes, staleAt, at);
  if (expiresAt !== undefined) at = writeInstant(bytes, expiresAt, at);
  if (compressor !== undefined) at = bytes.writeUInt32LE(stored.decodedBytes ?? 0, at);
  at += bytes.write(format, at, "latin1");
  if (compressor !== undefined) at += bytes.write(compressor, at, "latin1");
  if (loadMs !== undefined) at = bytes.writeUInt32LE(loadMs, at);
  return tags.length === 0 ? at : writeTags(bytes, tags, at);
}

function writeInstant(bytes: Buffer, instant: number, at: number): number {
  bytes.writeUInt32LE(instant % HIGH, at);
  return bytes.writeUInt32LE(Math.floor(instant / HIGH), at + 4);
}

function writeTags(bytes: Buffer, tags: readonly Buffer[], start: number): number {
  let at = bytes.writeUInt16LE(tags.length, start);
  for (const tag of tags) {
    at = bytes.writeUInt16LE(tag.byteLength, at);
    bytes.set(tag, at);
    at += tag.byteLength;
  }
  return at;
}

function checkIntact(bytes: Buffer): void {
  if (bytes.byteLength < FIXED + CHECKSUM)
    throw corrupt(`${bytes.byteLength} bytes are too few for an envelope`);
  const start = bytes.readUInt32LE(0);
  if (start !== MAGIC_AND_VERSION) {
    const known = (start & 0x00ff_ffff) === MAGIC;
    throw corrupt(known ? `envelope version ${bytes[3]} is not known here` : "not an envelope");
  }
  if (crc32(bytes) !== INTACT) throw corrupt("checksum does not match");
}

/** Reads a header front to back. Bounds are checked all the same: a checksum is no signature. */
class Reader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at = TIMES;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#end = bytes.byteLength - CHECKSUM;
  }

  storedValue(): StoredValue {
    const flags = this.#bytes[FLAGS] ?? 0;
    const formatLength = this.#bytes[FORMAT_LENGTH] ?? 0;
    const compressorLength = this.#bytes[COMPRESSOR_LENGTH] ?? 0;
    if (flags > ALL_FLAGS || this.#bytes[RESERVED] !== 0) throw corrupt("unknown flags");
    if ((flags & COMPRESSED) === 0 && compressorLength !== 0) throw corrupt("a compressor without its flag");
    const createdAt = this.#instant();
    const staleAt = flags & STALE ? this.#instant() : undefined;
    const expiresAt = flags & EXPIRES ? this.#instant() : undefined;
    const decodedBytes = flags & COMPRESSED ? this.#bytes.readUInt32LE(this.#take(4)) : undefined;
    const format = this.#id(formatLength);
    const compressor = flags & COMPRESSED ? this.#id(compressorLength) : undefined;
    const loadMs = flags & LOADED ? this.#bytes.readUInt32LE(this.#take(4)) : undefined;
    const tags = flags & TAGS ? this.#tags() : undefined;
    const payload = this.#bytes.subarray(this.#at, this.#end);
    return { payload, format, compressor, decodedBytes, createdAt, staleAt, expiresAt, tags, loadMs };
  }

  #instant(): number {
    const at = this.#take(8);
    const instant = this.#bytes.readUInt32LE(at + 4) * HIGH + this.#bytes.readUInt32LE(at);
    if (!Number.isSafeInteger(instant)) throw corrupt("a time is out of range");
    return instant;
  }

  #tags(): string[] {
    const count = this.#bytes.readUInt16LE(this.#take(2));
    if (count === 0) throw corrupt("a list of no tags");
    const tags: string[] = [];
    for (let index = 0; index < count; index++) tags.push(this.#tag());
    return tags;
  }

  #tag(): string {
    const length = this.#bytes.readUInt16LE(this.#take(2));
    const at = this.#take(length);
    const utf8 = this.#bytes.subarray(at, at + length);
    if (!isUtf8(utf8)) throw corrupt("a tag is not UTF-8");
    return utf8.toString();
  }

  /** Ids appear in messages: nothing but the characters of an id leaves this reader. */
  #id(length: number): string {
    const at = this.#take(length);
    const id = this.#bytes.toString("latin1", at, at + length);
    if (!isId(id)) throw corrupt("the id of a format or compressor is malformed");
    return id;
  }

  /** The position of the next `length` bytes. */
  #take(length: number): number {
    const at = this.#at;
    this.#at = at + length;
    if (this.#at > this.#end) throw corrupt("header is cut short");
    return at;
  }
}

function corrupt(reason: string): BackendError {
  return new BackendError("corrupt", reason);
}
