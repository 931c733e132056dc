import {
  type AdapterParts,
  type Backend,
  type BackendSupports,
  type DeleteStatus,
  deleted,
  type ErrorCode,
  type KeyListing,
  type KeyPage,
  missing,
  type StoredLease,
  type StoredValue,
  withoutLease,
} from "@hitbox/core";
import { Adapter, decodeEntry } from "@hitbox/core/tier";
import { classify } from "./classify.ts";
import { encode } from "./encode.ts";
import { Leases } from "./leases.ts";
import { listKeys } from "./list-keys.ts";
import { NEVER } from "./live-entry.ts";
import type { Store } from "./store.ts";
import { SUPPORTS } from "./supports.ts";
import { Sweeper } from "./sweeper.ts";

/** A store that is read and written. */
export class Lmdb extends Adapter implements Backend {
  readonly supports: BackendSupports = SUPPORTS;
  readonly #store: Store;
  readonly #sweeper: Sweeper;
  readonly #leases: Leases;
  readonly #now: () => number;

  constructor(store: Store, parts: AdapterParts<Uint8Array>, sweepInterval: number, now: () => number) {
    super(parts);
    this.#store = store;
    this.#now = now;
    this.#leases = new Leases(store, now);
    this.#sweeper = new Sweeper(store, now);
    this.#sweeper.start(sweepInterval, this);
  }

  read(key: string): StoredValue | undefined {
    return decodeEntry(this.#store.entries.getBinary(Buffer.from(key)));
  }

  async write(key: string, value: StoredValue): Promise<void> {
    await this.#store.write(Buffer.from(key), encode(value), value.expiresAt ?? NEVER);
  }

  remove(key: string): Promise<DeleteStatus> {
    const at = Buffer.from(key);
    const store = this.#store;
    return store.removal(() => {
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

  keys(listing: KeyListing): KeyPage {
    return listKeys(this.#store.entries, listing, this.#now());
  }

  async clear(): Promise<void> {
    await this.#store.clear();
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  async close(): Promise<void> {
    await this.#sweeper.stop();
    await this.#store.release();
  }
}
