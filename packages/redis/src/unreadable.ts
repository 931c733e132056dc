import type { StoredValue } from "@hitbox/core";

/** Stands for an entry that could not be decoded: it fails those who look at it, not the batch that it came in. */
export class Unreadable implements StoredValue {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  get payload(): Uint8Array {
    throw this.#error;
  }
  get format(): string {
    throw this.#error;
  }
  get compressor(): string | undefined {
    throw this.#error;
  }
  get decodedBytes(): number | undefined {
    throw this.#error;
  }
  get createdAt(): number {
    throw this.#error;
  }
  get staleAt(): number | undefined {
    throw this.#error;
  }
  get expiresAt(): number | undefined {
    throw this.#error;
  }
  get tags(): readonly string[] | undefined {
    throw this.#error;
  }
}
