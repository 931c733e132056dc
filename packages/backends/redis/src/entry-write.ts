import { BackendError, encodeEnvelope, type StoredValue } from "@hitbox/core";

interface Sets<R> {
  set(key: string, value: Buffer): R;
  set(key: string, value: Buffer, unit: "PX", milliseconds: string): R;
}

/** First byte of a value that must not be read: envelopes start with another. */
const REVOKED = 0;

/**
 * One SET. ioredis, unless told otherwise, keeps a command that has had no reply when the connection breaks, and
 * sends it again after the next connect, be that minutes later and over a newer value. It writes the very buffers
 * that it was given, so a write that has failed is revoked in them.
 */
export class EntryWrite {
  readonly bytes: Buffer;
  readonly #expiresAt: number | undefined;
  #lifetime: Buffer | undefined;

  /** Throws `too-large` over `maxBytes`: Redis hangs up on whoever sends more than it takes. */
  constructor(value: StoredValue, maxBytes: number) {
    const { buffer, byteOffset, byteLength } = encodeEnvelope(value);
    if (byteLength > maxBytes) {
      throw new BackendError("too-large", `entry of ${byteLength} bytes is over the limit of ${maxBytes}`);
    }
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#expiresAt = value.expiresAt;
  }

  /** Issues the command. A time to live is at least a millisecond: Redis refuses less. */
  send<R>(to: Sets<R>, key: string, now: number): R {
    if (this.#expiresAt === undefined) return to.set(key, this.bytes);
    this.#lifetime = Buffer.from(`${Math.max(1, this.#expiresAt - now)}`);
    // ioredis takes buffers wherever it takes strings; its types do not say so here.
    return to.set(key, this.bytes, "PX", this.#lifetime as unknown as string);
  }

  /** Makes the command one that Redis refuses, or one without a time to live store nothing readable. */
  revoke(): void {
    if (this.#lifetime === undefined) this.bytes[0] = REVOKED;
    else this.#lifetime.fill("x");
  }
}

export function isRevoked(bytes: Buffer): boolean {
  return bytes[0] === REVOKED;
}
