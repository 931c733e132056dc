import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { Clock } from "../clock.ts";
import { decodeEnvelope } from "../envelope/envelope.ts";
import { decodeLeased, encodeLeased, type Leased, newFence } from "../envelope/lease-header.ts";
import { FENCE_MS, type StoredLease } from "../lease.ts";
import type { StoredValue } from "../stored-value.ts";
import { checkBytes, encodeEntry } from "./entries.ts";
import type { KeyCodec } from "./key-codec.ts";
import { lifeUntil } from "./life.ts";
import type { Store, StoreChange, Versioned } from "./store.ts";

type LeaseOperations = Required<Pick<Backend, "lease" | "writeFenced" | "releaseLease">>;

/** Most times that a change is tried, when others change the key at the same time. */
const MOST_TRIES = 16;

/** What stands under a key, with its version. */
interface Found {
  readonly version: unknown;
  readonly leased: Leased | undefined;
  /** Bytes of the entry; undefined if there is none. */
  readonly entry: Uint8Array | undefined;
}

/** An answer, and the bytes to be stored for it, if any. */
interface Decision<R> {
  readonly answer: R;
  readonly bytes?: Uint8Array | undefined;
  readonly until?: number | undefined;
}

/**
 * Leases and fences over a store's compare-and-set: a header before the bytes of the entry
 * (docs/reference/envelope.md), so that whatever writes or removes an entry takes the fence with it. Times
 * are this process' clock.
 */
export class StoreLeases implements LeaseOperations {
  readonly #store: Store;
  readonly #keys: KeyCodec;
  readonly #now: Clock;

  constructor(store: Store, keys: KeyCodec, now: Clock) {
    this.#store = store;
    this.#keys = keys;
    this.#now = now;
  }

  lease(key: string, ms: number): Promise<StoredLease> {
    return this.#changed(key, "lease", ({ leased, entry: bytes }): Decision<StoredLease> => {
      const now = this.#now();
      const fence = leased?.fence ?? newFence();
      // First, so that nothing is written over an entry that cannot be read.
      const entry = bytes && decodeEnvelope(bytes);
      if (leased && !isOver(leased.until, now)) return { answer: { fence, granted: false, entry } };
      const live = entry === undefined || hasEnded(entry, now) ? undefined : entry;
      const until = now + ms;
      return {
        answer: { fence, granted: true, entry },
        bytes: encodeLeased({ fence, until, entry: live && bytes }),
        until: endOf(live, now, until),
      };
    });
  }

  writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
    const bytes = encodeEntry(value, this.#store.maxBytes);
    return this.#changed(key, "entry", ({ leased }) =>
      leased?.fence === fence ? { answer: true, bytes, until: value.expiresAt } : { answer: false },
    );
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return this.#changed(key, "lease", ({ leased, entry }): Decision<void> => {
      if (leased?.fence !== fence) return { answer: undefined };
      const now = this.#now();
      const until = endOf(entry && decodeEnvelope(entry), now, now);
      return { answer: undefined, bytes: encodeLeased({ fence, until: 0, entry }), until };
    });
  }

  /** Decides by what is there, and again if that has changed before the store could do it. */
  async #changed<R>(key: string, change: StoreChange, decide: (found: Found) => Decision<R>): Promise<R> {
    const at = this.#keys.toStore(key);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = foundIn(await this.#store.getVersion?.(at));
      const { answer, bytes, until } = decide(found);
      if (bytes === undefined) return answer;
      const life = lifeUntil(until, this.#now());
      if (await this.#store.compareAndSet?.(at, found.version, bytes, life, change)) return answer;
    }
    throw new BackendError(
      "unavailable",
      `the key was changed ${MOST_TRIES} times while it was to be leased`,
    );
  }
}

function foundIn(found: Versioned<unknown> | undefined): Found {
  const leased = found && decodeLeased(checkBytes(found.bytes));
  return { version: found?.version, leased, entry: leased ? leased.entry : found?.bytes };
}

/**
 * True also for a lease from before the clock was set back. None is longer than `FENCE_MS`; the other half is
 * for callers whose clocks are behind that of the caller who has the lease.
 */
function isOver(until: number, now: number): boolean {
  return until <= now || until > now + 2 * FENCE_MS;
}

function hasEnded({ expiresAt }: StoredValue, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

/** When the bytes are to end: with the entry, but not before the lease; without an entry, with the fence. */
function endOf(entry: StoredValue | undefined, now: number, until: number): number | undefined {
  if (entry === undefined) return now + FENCE_MS;
  return entry.expiresAt === undefined ? undefined : Math.max(entry.expiresAt, until);
}
