import { BackendError, encodeEnvelope, type StoredValue } from "@hitbox/core";

interface Sets<R> {
  /** `lifetime` is in milliseconds, as text. */
  set(key: string, value: Buffer, lifetime?: Buffer): R;
}

/** First byte of a value that must not be read: envelopes start with another. */
const REVOKED = 0;

/**
 * One SET. A client may keep a command that has had no reply when the connection breaks. It then sends the
 * command after the next connect, minutes later and over a newer value. Clients write the very buffers that
 * they were given, so a write that has failed is revoked in them.
 */
export class EntryWrite {
  readonly bytes: Buffer;
  readonly #expiresAt: number | undefined;
  #lifetime: Buffer | undefined;

  /**
   * Throws `too-large` over `maxBytes`: Redis closes the connection of a client that sends more than it
   * takes.
   */
  constructor(value: StoredValue, maxBytes: number) {
    const { buffer, byteOffset, byteLength } = encodeEnvelope(value);
    if (byteLength > maxBytes) {
      const remedy = "raise `maxValueBytes`, or compress";
      const message = `entry of ${byteLength} bytes is over the limit of ${maxBytes}; ${remedy}`;
      throw new BackendError("too-large", message);
    }
    this.bytes = Buffer.from(buffer, byteOffset, byteLength);
    this.#expiresAt = value.expiresAt;
  }

  /** Issues the command. A time to live is at least a millisecond: Redis refuses less. */
  send<R>(to: Sets<R>, key: string, now: number): R {
    if (this.#expiresAt === undefined) return to.set(key, this.bytes);
    this.#lifetime = Buffer.from(`${Math.max(1, this.#expiresAt - now)}`);
    return to.set(key, this.bytes, this.#lifetime);
  }

  /**
   * Makes the command one that Redis refuses or, without a time to live, one that stores nothing readable.
   */
  revoke(): void {
    if (this.#lifetime === undefined) this.bytes[0] = REVOKED;
    else this.#lifetime.fill("x");
  }
}

export function isRevoked(bytes: Buffer): boolean {
  return bytes[0] === REVOKED;
}
