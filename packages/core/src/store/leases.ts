import { type Decision, decideLease, decideRelease, holdsFence } from "../adapter/lease-decisions.ts";
import type { Backend } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { Clock } from "../clock.ts";
import type { StoredLease } from "../lease.ts";
import type { StoredValue } from "../stored-value.ts";
import { encodeEntry } from "./entries.ts";
import type { KeyCodec } from "./key-codec.ts";
import { lifeUntil } from "./life.ts";
import type { Store, StoreChange } from "./store.ts";

type LeaseOperations = Required<Pick<Backend, "lease" | "writeFenced" | "releaseLease">>;

/** Most times that a change is tried, when others change the key at the same time. */
const MOST_TRIES = 16;

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
    return this.#changed(key, "lease", (found) => decideLease(found, ms, this.#now()));
  }

  writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
    const bytes = encodeEntry(value, this.#store.maxBytes);
    return this.#changed(key, "entry", (found) =>
      holdsFence(found, fence) ? { answer: true, bytes, until: value.expiresAt } : { answer: false },
    );
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return this.#changed(key, "lease", (found) => decideRelease(found, fence, this.#now()));
  }

  /** Decides by what is there, and again if that has changed before the store could do it. */
  async #changed<R>(
    key: string,
    change: StoreChange,
    decide: (found: Uint8Array | undefined) => Decision<R>,
  ): Promise<R> {
    const at = this.#keys.toStore(key);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await this.#store.getVersion?.(at);
      const { answer, bytes, until } = decide(found?.bytes);
      if (bytes === undefined) return answer;
      const life = lifeUntil(until, this.#now());
      if (await this.#store.compareAndSet?.(at, found?.version, bytes, life, change)) return answer;
    }
    throw new BackendError(
      "unavailable",
      `the key was changed ${MOST_TRIES} times while it was to be leased`,
    );
  }
}
