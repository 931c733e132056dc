import {
  decodeEnvelope,
  decodeLeased,
  encodeLeased,
  FENCE_MS,
  type Leased,
  newFence,
  type StoredLease,
} from "@hitbox/core";
import { NEVER } from "./live-entry.ts";
import type { Store } from "./store.ts";

/**
 * The leases of a store's keys: a header of the bytes under the key (docs/reference/envelope.md), so that whatever writes or
 * removes an entry takes the fence with it. A lease over no entry expires, and is swept, as an entry does.
 */
export class Leases {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  ask(at: Buffer, ms: number): Promise<StoredLease> {
    return this.#store.transaction(this.#store.sizeOf(at), () => {
      const now = this.#now();
      const found = this.#store.live(at, now);
      const { fence, until, entry } = (found && decodeLeased(found.value)) ?? unclaimed(found?.value);
      // First, so that nothing is written over an entry that cannot be read.
      const lease = { fence, granted: isOver(until, now), entry: entry && decodeEnvelope(entry) };
      // Readers go by the end that the entry itself names: it may be over before the lease is.
      const expiresAt = found && entry ? endOf(found.version, now + ms) : now + FENCE_MS;
      if (lease.granted) this.#store.put(at, encodeLeased({ fence, until: now + ms, entry }), expiresAt);
      return lease;
    });
  }

  /** Puts an entry, and true, if the fence holds. */
  write(at: Buffer, bytes: Uint8Array, expiresAt: number, fence: string): Promise<boolean> {
    return this.#store.transaction(bytes.byteLength, () => {
      const holds = this.#held(at, fence) !== undefined;
      if (holds) this.#store.put(at, bytes, expiresAt);
      return holds;
    });
  }

  release(at: Buffer, fence: string): Promise<void> {
    return this.#store.transaction(this.#store.sizeOf(at), () => {
      const held = this.#held(at, fence);
      if (held) this.#store.put(at, encodeLeased({ ...held.leased, until: 0 }), held.expiresAt);
    });
  }

  #held(at: Buffer, fence: string): { readonly leased: Leased; readonly expiresAt: number } | undefined {
    const found = this.#store.live(at, this.#now());
    const leased = found && decodeLeased(found.value);
    return leased?.fence === fence ? { leased, expiresAt: found?.version ?? NEVER } : undefined;
  }
}

/**
 * True also for a lease from before the clock was set back. None is longer than `FENCE_MS`; the other half is
 * for callers whose clocks are behind that of the caller who has the lease.
 */
function isOver(until: number, now: number): boolean {
  return until <= now || until > now + 2 * FENCE_MS;
}

/** The later one; an entry that never ends has no later one. */
function endOf(entry: number, lease: number): number {
  return entry === NEVER ? NEVER : Math.max(entry, lease);
}

function unclaimed(entry: Uint8Array | undefined): Leased {
  return { fence: newFence(), until: 0, entry };
}
