import { randomBytes } from "node:crypto";

/*
 * Version 1, little-endian; docs/reference/envelope.md is the specification.
 *
 *   0  u8   magic F6
 *   1  u8   version 1
 *   2  8    fence, ASCII
 *  10  u64  end of the lease, epoch milliseconds; 0 if no caller has it
 *  18  …    the envelope of the entry; nothing if there is no entry
 */
const MAGIC = 0xf6;
const VERSION = 1;
const MAGIC_AND_VERSION = String.fromCharCode(MAGIC, VERSION);
const FENCE = 2;
const UNTIL = 10;
const HIGH = 0x1_0000_0000;
const FENCE_CHARACTERS = new Uint8Array(256);
for (const character of Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
  FENCE_CHARACTERS[character] = 1;

/** The length of a value that is a lease over no entry: no envelope is as short. */
export const LEASE_HEADER_BYTES = 18;

/** A lease, and the bytes of the entry that it is over. */
export interface Leased {
  readonly fence: string;
  /** Epoch milliseconds. */
  readonly until: number;
  /** Undefined if there is no entry. */
  readonly entry: Uint8Array | undefined;
}

/** A fence that the key has not had before: 48 random bits. */
export function newFence(): string {
  return randomBytes(6).toString("base64url");
}

/** The first bytes of a value for as long as `fence` holds. */
export function fenceMark(fence: string): Uint8Array {
  return Buffer.from(MAGIC_AND_VERSION + fence, "latin1");
}

/** The value that a store of bytes keeps under a key with a lease. */
export function encodeLeased({ fence, until, entry }: Leased): Uint8Array {
  const end = Buffer.alloc(LEASE_HEADER_BYTES - UNTIL);
  end.writeUInt32LE(until % HIGH, 0);
  end.writeUInt32LE(Math.floor(until / HIGH), 4);
  return Buffer.concat([fenceMark(fence), end, ...(entry ? [entry] : [])]);
}

/**
 * The inverse; undefined for anything that `encodeLeased` does not make, such as an entry without a lease.
 * The entry is a view of `bytes`.
 */
export function decodeLeased(bytes: Uint8Array): Leased | undefined {
  if (!isLeased(bytes)) return undefined;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, LEASE_HEADER_BYTES);
  return {
    fence: header.toString("latin1", FENCE, UNTIL),
    until: header.readUInt32LE(UNTIL + 4) * HIGH + header.readUInt32LE(UNTIL),
    entry: withoutLease(bytes),
  };
}

/** The bytes of the entry, under a lease or not: a view. Undefined for a lease over no entry. */
export function withoutLease(bytes: Uint8Array): Uint8Array | undefined {
  if (!isLeased(bytes)) return bytes;
  return bytes.byteLength === LEASE_HEADER_BYTES ? undefined : bytes.subarray(LEASE_HEADER_BYTES);
}

function isLeased(bytes: Uint8Array): boolean {
  const isMarked = bytes[0] === MAGIC && bytes[1] === VERSION && bytes.byteLength >= LEASE_HEADER_BYTES;
  return isMarked && hasFence(bytes) && hasEnd(bytes);
}

/** A fence is base64url (RFC 4648, section 5): nothing else reaches a script or a message as one. */
function hasFence(bytes: Uint8Array): boolean {
  for (let at = FENCE; at < UNTIL; at++) if (FENCE_CHARACTERS[bytes[at] as number] !== 1) return false;
  return true;
}

/** True if the end of the lease is a safe integer: its high half has 21 bits. */
function hasEnd(bytes: Uint8Array): boolean {
  return bytes[LEASE_HEADER_BYTES - 1] === 0 && (bytes[LEASE_HEADER_BYTES - 2] as number) < 0x20;
}
