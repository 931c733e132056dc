import {
  type AdapterParts,
  type Backend,
  type BackendSupports,
  type Clock,
  type DeleteStatus,
  deleted,
  freshness,
  type KeyListing,
  type KeyPage,
  missing,
  type StoredLease,
} from "@hitbox/core";
import { Adapter } from "@hitbox/core/tier";
import { type MemoryMessage, memoryChanges } from "./channels.ts";
import { Entries, type EntriesSettings, type Stored } from "./entries.ts";
import { mostPayloadBytes } from "./entry-bytes.ts";
import { Leases } from "./leases.ts";
import type { MemoryStats } from "./memory-stats.ts";

/** A memory tier: a backend that can tell how full it is. */
export interface MemoryBackend extends Backend<unknown> {
  /** Costs next to nothing. */
  stats(): MemoryStats;
}

export interface MemorySettings extends EntriesSettings {
  readonly adapter: AdapterParts<unknown>;
}

export class Memory extends Adapter<unknown> implements MemoryBackend {
  readonly supports: BackendSupports;
  readonly #entries: Entries;
  /** Made when the first one is asked for. A first tier has none. */
  #leases: Leases | undefined;
  readonly #maxBytes: number | undefined;
  readonly #hasBytes: boolean;
  readonly #now: Clock;
  readonly #changed: MemoryMessage;

  constructor(settings: MemorySettings) {
    super(settings.adapter);
    const { maxBytes, now } = settings;
    this.supports = Object.freeze({ ...SUPPORTS, maxValueBytes: maxBytes && mostPayloadBytes(maxBytes) });
    this.#entries = new Entries(settings);
    this.#maxBytes = maxBytes;
    this.#hasBytes = this.valueFormat.kind === "bytes";
    this.#now = now;
    this.#changed = Object.freeze({ backend: this.label, stats: () => this.stats() });
  }

  read(key: string): Stored | undefined {
    return this.#entries.get(key);
  }

  write(key: string, value: Stored): void {
    this.#entries.set(key, this.#hasBytes ? owned(value) : value);
    this.#leases?.void(key);
    if (memoryChanges.hasSubscribers) memoryChanges.publish(this.#changed);
  }

  remove(key: string): DeleteStatus {
    const entry = this.#entries.remove(key);
    this.#leases?.void(key);
    if (memoryChanges.hasSubscribers) memoryChanges.publish(this.#changed);
    return entry === undefined || freshness(entry, this.#now()) === "expired" ? missing() : deleted();
  }

  lease(key: string, ms: number): StoredLease<unknown> {
    this.#leases ??= new Leases(this.#now, this.#maxBytes);
    return { ...this.#leases.ask(key, ms), entry: this.#entries.get(key) };
  }

  writeFenced(key: string, value: Stored, fence: string): boolean {
    if (!this.#leases?.holds(key, fence)) return false;
    this.write(key, value);
    return true;
  }

  releaseLease(key: string, fence: string): void {
    this.#leases?.release(key, fence);
  }

  keys(listing: KeyListing): KeyPage {
    const now = this.#now();
    const { keys, cursor } = this.#entries.page(listing, (stored) => freshness(stored, now) !== "expired");
    // On the first page: a load that begins later reads its source after the listing has begun.
    const leased = listing.leased && listing.cursor === undefined ? this.#leases?.keys(listing.prefix) : [];
    return { keys: [...keys, ...(leased ?? [])], cursor };
  }

  stats(): MemoryStats {
    const { size, bytes, evictions } = this.#entries;
    return { entries: size, bytes, evictions };
  }

  clear(): void {
    this.#entries.clear();
    this.#leases?.voidAll();
    if (memoryChanges.hasSubscribers) memoryChanges.publish(this.#changed);
  }

  close(): void {
    this.clear();
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
  keys: true,
};

/**
 * The entry with bytes of its own: a small payload is often a slice of a large pooled buffer, and would keep
 * all of it.
 */
function owned(value: Stored): Stored {
  const payload = value.payload as Uint8Array;
  return payload.buffer.byteLength === payload.byteLength
    ? value
    : { ...value, payload: new Uint8Array(payload) };
}
