import type { StoredLease } from "@hitbox/core";
import { type Decision, decideLease, decideRelease, holdsFence } from "@hitbox/core/tier";
import { NEVER } from "./live-entry.ts";
import type { Store } from "./store.ts";

/**
 * The leases of a store's keys: a header of the bytes under the key (docs/reference/envelope.md), so that
 * whatever writes or removes an entry takes the fence with it. A lease over no entry expires, and is swept,
 * as an entry does.
 */
export class Leases {
  readonly #store: Store;
  readonly #now: () => number;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  ask(at: Buffer, ms: number): Promise<StoredLease> {
    return this.#changed(at, this.#store.sizeOf(at), (found, now) => decideLease(found, ms, now));
  }

  /** Puts an entry, and true, if the fence holds. */
  write(at: Buffer, bytes: Uint8Array, expiresAt: number, fence: string): Promise<boolean> {
    return this.#changed(at, bytes.byteLength, (found) =>
      holdsFence(found, fence) ? { answer: true, bytes, until: expiresAt } : { answer: false },
    );
  }

  release(at: Buffer, fence: string): Promise<void> {
    return this.#changed(at, this.#store.sizeOf(at), (found, now) => decideRelease(found, fence, now));
  }

  /** Decides by what is there, in a transaction that may put an entry of `size` bytes. */
  #changed<R>(
    at: Buffer,
    size: number,
    decide: (found: Uint8Array | undefined, now: number) => Decision<R>,
  ): Promise<R> {
    return this.#store.transaction(size, () => {
      const now = this.#now();
      const { answer, bytes, until = NEVER } = decide(this.#store.live(at, now)?.value, now);
      if (bytes !== undefined) this.#store.put(at, bytes, until);
      return answer;
    });
  }
}
