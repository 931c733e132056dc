import {
  ADAPTER_OPTIONS,
  type AdapterOptions,
  type AdapterParts,
  adapterParts,
  type Backend,
  BackendError,
  type BackendSupports,
  type Clock,
  checkFunction,
  checkInteger,
  checkKnown,
  checkOption,
  type DeleteStatus,
  deleted,
  type Format,
  freshness,
  missing,
  type StoredLease,
  type StoredValue,
  systemClock,
} from "@hitbox/core";
import { LRUCache } from "lru-cache";
import { Leases } from "./leases.ts";
import { frozen } from "./live-formats.ts";

export interface MemoryOptions extends AdapterOptions<unknown> {
  /** Most entries kept, up to 16,777,216; the least recently used goes first. This or `maxBytes` is required. */
  readonly maxEntries?: number | undefined;
  /** Most bytes kept, counted as UTF-8 key and payload of each entry. Needs a `format` that makes bytes. */
  readonly maxBytes?: number | undefined;
  /** How values are kept. Default: `frozen()`; also `reference()`, or any bytes format such as `json()`. */
  readonly format?: Format<unknown> | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

type Stored = StoredValue<unknown>;

/**
 * A tier in this process: an LRU cache, bounded by entries, by bytes, or by both. Answers synchronously.
 *
 * @throws TypeError where no bound is given, and for an option that is unknown or wrong.
 * @example
 * const tier = memory({ maxEntries: 10_000 });
 */
export function memory(options: MemoryOptions): Backend<unknown> {
  checkOption(typeof options === "object" && options !== null, "options", options, "must be an object");
  checkKnown("memory", options, [...ADAPTER_OPTIONS, "maxEntries", "maxBytes", "now"]);
  const { maxEntries, maxBytes } = options;
  const bounded = maxEntries !== undefined || maxBytes !== undefined;
  checkOption(bounded, "maxEntries", maxEntries, "or maxBytes must be given: a memory tier needs a bound");
  if (maxEntries !== undefined) checkInteger("maxEntries", maxEntries, 1, MOST_ENTRIES);
  if (maxBytes !== undefined) checkInteger("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
  checkFunction("now", options.now);
  const parts = adapterParts(options, { label: "memory", format: frozen(), stores: "anything" });
  const countable = maxBytes === undefined || parts.valueFormat.kind === "bytes";
  checkOption(countable, "maxBytes", maxBytes, "needs a format that makes bytes, such as json()");
  const isUsed = options.compressor === undefined || parts.valueFormat.kind === "bytes";
  checkOption(isUsed, "compressor", options.compressor, "needs a format that makes bytes, such as json()");
  return new Memory(options, parts);
}

/** What a Map of V8 holds at most, 2^24. */
const MOST_ENTRIES = 16_777_216;

class Memory implements Backend<unknown> {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly keyFormat: AdapterParts<unknown>["keyFormat"];
  readonly valueFormat: Format<unknown>;
  readonly compressor: AdapterParts<unknown>["compressor"];
  readonly #entries: LRUCache<string, Stored>;
  readonly #maxBytes: number | undefined;
  readonly #now: Clock;
  readonly #leases = new Leases();

  constructor({ maxEntries, maxBytes, now = systemClock }: MemoryOptions, parts: AdapterParts<unknown>) {
    this.label = parts.label;
    this.keyFormat = parts.keyFormat;
    this.valueFormat = parts.valueFormat;
    this.compressor = parts.compressor;
    this.supports = Object.freeze({ ...SUPPORTS, maxValueBytes: maxBytes });
    this.#entries = new LRUCache<string, Stored>({
      ...(maxEntries === undefined ? {} : { max: maxEntries }),
      ...(maxBytes === undefined
        ? {}
        : { maxSize: maxBytes, sizeCalculation: (entry, key) => sizeOf(key, entry) }),
    } as LRUCache.Options<string, Stored, unknown>);
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  read(key: string): Stored | undefined {
    return this.#entries.get(key);
  }

  write(key: string, value: Stored): void {
    this.#checkFits(key, value);
    this.#leases.void(key);
    this.#entries.set(key, value.payload instanceof Uint8Array ? owned(value, value.payload) : value);
  }

  remove(key: string): DeleteStatus {
    const entry = this.#entries.peek(key);
    this.#leases.void(key);
    this.#entries.delete(key);
    return entry === undefined || freshness(entry, this.#now()) === "expired" ? missing() : deleted();
  }

  lease(key: string, ms: number): StoredLease<unknown> {
    return { ...this.#leases.ask(key, ms, this.#now()), entry: this.#entries.get(key) };
  }

  writeFenced(key: string, value: Stored, fence: string): boolean {
    if (!this.#leases.holds(key, fence, this.#now())) return false;
    this.write(key, value);
    return true;
  }

  releaseLease(key: string, fence: string): void {
    this.#leases.release(key, fence, this.#now());
  }

  clear(): void {
    this.#entries.clear();
    this.#leases.voidAll();
  }

  close(): void {
    this.clear();
  }

  // lru-cache drops an entry that can never fit without a word.
  #checkFits(key: string, value: Stored): void {
    if (this.#maxBytes === undefined || sizeOf(key, value) <= this.#maxBytes) return;
    throw new BackendError(
      "too-large",
      `key and payload of ${sizeOf(key, value)} bytes exceed maxBytes ${this.#maxBytes}`,
    );
  }
}

const SUPPORTS: BackendSupports = {
  expiry: "lazy",
  shared: false,
  persistent: false,
  readMany: false,
  writeMany: false,
  removeMany: false,
  clear: true,
  lease: true,
};

function sizeOf(key: string, { payload }: Stored): number {
  return Buffer.byteLength(key) + (payload as Uint8Array).byteLength;
}

/** The entry with bytes of its own: a small payload is often a slice of a large pooled buffer, and would keep all of it. */
function owned(value: Stored, payload: Uint8Array): Stored {
  return payload.buffer.byteLength === payload.byteLength
    ? value
    : { ...value, payload: new Uint8Array(payload) };
}
