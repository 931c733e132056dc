import {
  type AdapterParts,
  type Backend,
  type BackendSupports,
  type Clock,
  type DeleteStatus,
  decodeEnvelope,
  deleted,
  type ErrorCode,
  encodeEnvelope,
  missing,
  type StoredValue,
} from "@hitbox/core";
import { classify } from "./classify.ts";
import type { Environment } from "./environment.ts";
import { expiryRow, longestKey } from "./expiry-row.ts";
import { Sweeper, sweep } from "./sweep.ts";

/** LMDB keeps a value's size in 32 bits; the rest is room for the envelope's header. */
const MAX_VALUE_BYTES = 2 ** 31 - 2 ** 20;
const NEVER = 0;
const NOTHING = Buffer.alloc(0);

export class LmdbBackend implements Backend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly keyFormat: AdapterParts<Uint8Array>["keyFormat"];
  readonly valueFormat: AdapterParts<Uint8Array>["valueFormat"];
  readonly compressor: AdapterParts<Uint8Array>["compressor"];
  readonly #environment: Environment;
  readonly #now: Clock;
  readonly #sweeper: Sweeper;
  #isClosed = false;

  constructor(parts: AdapterParts<Uint8Array>, environment: Environment, now: Clock, sweepInterval: number) {
    this.label = parts.label;
    this.keyFormat = parts.keyFormat;
    this.valueFormat = parts.valueFormat;
    this.compressor = parts.compressor;
    this.supports = Object.freeze<BackendSupports>({
      expiry: "lazy",
      shared: true,
      persistent: true,
      // Reads are synchronous, and writes of one tick share a transaction anyway.
      readMany: false,
      writeMany: false,
      removeMany: Object.freeze({ max: 1_000 }),
      maxKeyBytes: longestKey(environment.maxKeyBytes),
      maxValueBytes: MAX_VALUE_BYTES,
      clear: true,
    });
    this.#environment = environment;
    this.#now = now;
    this.#sweeper = new Sweeper(sweepInterval, () => sweep(environment, now(), () => this.#isClosed));
  }

  read(key: string): StoredValue | undefined {
    const bytes = this.#environment.entries.getBinary(Buffer.from(key));
    return bytes && decodeEnvelope(bytes);
  }

  async write(key: string, value: StoredValue): Promise<void> {
    const { entries, expiries } = this.#environment;
    const at = Buffer.from(key);
    const { buffer, byteOffset, byteLength } = encodeEnvelope(value);
    const written = entries.put(at, Buffer.from(buffer, byteOffset, byteLength), value.expiresAt ?? NEVER);
    // Of the same tick, so of the same transaction.
    const noted =
      value.expiresAt === undefined ? true : expiries.put(expiryRow(value.expiresAt, at), NOTHING);
    await Promise.all([written, noted]);
  }

  async remove(key: string): Promise<DeleteStatus> {
    const [status] = await this.removeMany([key]);
    return status as DeleteStatus;
  }

  /** In one transaction, so that what is reported is what was there. */
  removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
    return this.#environment.root.transaction(() => {
      const now = this.#now();
      return keys.map((key) => this.#removeNow(Buffer.from(key), now));
    });
  }

  async clear(): Promise<void> {
    const { entries, expiries } = this.#environment;
    await Promise.all([entries.clearAsync(), expiries.clearAsync()]);
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sweeper.stop();
    await this.#environment.root.close();
  }

  #removeNow(key: Buffer, now: number): DeleteStatus {
    const { entries } = this.#environment;
    const version = entries.getEntry(key)?.version;
    if (version === undefined) return missing();
    void entries.remove(key);
    return version !== NEVER && version <= now ? missing() : deleted();
  }
}
