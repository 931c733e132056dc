import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  type AdapterParts,
  adapterParts,
  type Backend,
  BackendError,
  type BackendSupports,
  checkKnown,
  checkLimit,
  checkOption,
  type DeleteStatus,
  decodeEnvelope,
  deleted,
  type ErrorCode,
  encodeEnvelope,
  missing,
  type StoredLease,
  type StoredValue,
  systemClock,
  typedJson,
  withoutLease,
} from "@hitbox/core";
import { classify } from "./classify.ts";
import { committed } from "./committed.ts";
import { Leases } from "./leases.ts";
import { acquireStore, NEVER, type Store } from "./store.ts";
import { Sweeper } from "./sweeper.ts";

export interface LmdbOptions extends AdapterOptions {
  /** Directory of the store, made with its parents where it is missing. Processes that name the same one share it. */
  readonly path: string;
  /** Milliseconds between sweeps, which remove expired entries. `Infinity`: no sweeps. Default: 60,000. */
  readonly sweepInterval?: number | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * An embedded tier on disk (LMDB), shared by all processes that open the same directory. Reads are synchronous;
 * writes are committed on another thread, and their promise resolves once every process can read them.
 *
 * What has been written outlives this process, however it ends. When the machine itself fails, the last moments of
 * writes can be lost, but the store stays whole.
 *
 * @throws TypeError for an option that is unknown or wrong; BackendError `corrupt` where the directory holds
 * something else, or a damaged store, and `unavailable` where it cannot be opened.
 * @example
 * const tier = lmdb({ path: ".cache/hitbox" });
 */
export function lmdb(options: LmdbOptions): Backend {
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown("lmdb", options, [...ADAPTER_OPTIONS, "path", "sweepInterval", "now"]);
  const { path, sweepInterval = 60_000, now = systemClock } = options;
  const isPath = typeof path === "string" && path !== "" && !path.includes("\0");
  checkOption(isPath, "path", path, "must be the path of a directory");
  checkOption(typeof now === "function", "now", now, "must be a function");
  checkLimit("sweepInterval", sweepInterval);
  const parts = adapterParts(options, { label: "lmdb", format: typedJson(), stores: "bytes" });
  return new Lmdb(acquireStore(path), parts, sweepInterval, now);
}

class Lmdb implements Backend {
  readonly label: string;
  readonly supports: BackendSupports = SUPPORTS;
  readonly keyFormat: AdapterParts<Uint8Array>["keyFormat"];
  readonly valueFormat: AdapterParts<Uint8Array>["valueFormat"];
  readonly compressor: AdapterParts<Uint8Array>["compressor"];
  readonly #store: Store;
  readonly #sweeper: Sweeper;
  readonly #leases: Leases;
  readonly #now: () => number;

  constructor(store: Store, parts: AdapterParts<Uint8Array>, sweepInterval: number, now: () => number) {
    this.label = parts.label;
    this.keyFormat = parts.keyFormat;
    this.valueFormat = parts.valueFormat;
    this.compressor = parts.compressor;
    this.#store = store;
    this.#now = now;
    this.#leases = new Leases(store, now);
    this.#sweeper = new Sweeper(store, now);
    this.#sweeper.start(sweepInterval);
  }

  read(key: string): StoredValue | undefined {
    const bytes = this.#store.entries.getBinary(Buffer.from(key));
    const envelope = bytes && withoutLease(bytes);
    return envelope && decodeEnvelope(envelope);
  }

  async write(key: string, value: StoredValue): Promise<void> {
    await committed(...this.#store.put(Buffer.from(key), encode(value), value.expiresAt ?? NEVER));
  }

  remove(key: string): Promise<DeleteStatus> {
    const at = Buffer.from(key);
    const store = this.#store;
    return store.transaction(() => {
      const live = store.live(at, this.#now());
      store.remove(at);
      return live && withoutLease(live.value) ? deleted() : missing();
    });
  }

  lease(key: string, ms: number): Promise<StoredLease> {
    return this.#leases.ask(Buffer.from(key), ms);
  }

  async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
    return this.#leases.write(Buffer.from(key), encode(value), value.expiresAt ?? NEVER, fence);
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return this.#leases.release(Buffer.from(key), fence);
  }

  async clear(): Promise<void> {
    await committed(this.#store.entries.clearAsync(), this.#store.expiries.clearAsync());
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#store.release();
  }
}

/** LMDB keeps values of up to 2^31 − 1 bytes; an envelope adds a header to the payload, of at most this plus tags. */
const MAX_ENVELOPE_BYTES = 0x7fff_ffff - 16;
const MAX_PAYLOAD_BYTES = 0x7fff_0000;

const SUPPORTS: BackendSupports = Object.freeze({
  expiry: "lazy",
  shared: true,
  persistent: true,
  readMany: false,
  writeMany: false,
  removeMany: false,
  maxKeyBytes: 1_978,
  maxValueBytes: MAX_PAYLOAD_BYTES,
  clear: true,
  lease: true,
});

/** Throws `too-large`. */
function encode(value: StoredValue): Uint8Array {
  const bytes = encodeEnvelope(value);
  if (bytes.byteLength > MAX_ENVELOPE_BYTES) throw tooLarge(bytes.byteLength);
  return bytes;
}

function tooLarge(bytes: number): BackendError {
  return new BackendError(
    "too-large",
    `entry of ${bytes} bytes is over LMDB's limit of ${MAX_ENVELOPE_BYTES}`,
  );
}
