import type {
  Backend,
  BackendError,
  BackendSupports,
  DeleteStatus,
  ErrorCode,
  KeyListing,
  KeyPage,
  StoredLease,
  StoredValue,
} from "@hitbox/core";
import { Adapter, KeyedQueue } from "@hitbox/core/tier";
import { Batches } from "./batches.ts";
import { classify } from "./classify.ts";
import { clear } from "./clear.ts";
import { Deadline } from "./deadline.ts";
import { Entries } from "./entries.ts";
import { Leases } from "./leases.ts";
import { listKeys } from "./list-keys.ts";
import type { DynamoDbSettings } from "./settings.ts";
import { supportsOf } from "./supports.ts";

export class DynamoDbBackend extends Adapter implements Backend {
  readonly supports: BackendSupports;
  readonly clear?: NonNullable<Backend["clear"]>;
  readonly #settings: DynamoDbSettings;
  readonly #entries: Entries;
  readonly #batches: Batches;
  readonly #leases: Leases;
  /** The SDK sends requests over many connections: two changes of a key at once could arrive in any order. */
  readonly #queue = new KeyedQueue();

  constructor(settings: DynamoDbSettings) {
    super(settings.adapter);
    const { table, layout, parts, timeout } = settings;
    this.supports = supportsOf(settings);
    this.#settings = settings;
    this.#entries = new Entries(settings);
    this.#batches = new Batches(settings, this.#entries);
    this.#leases = new Leases(settings, this.#entries);
    if (this.supports.clear)
      this.clear = async () => this.#queue.afterAll(() => clear(table, layout, parts, timeout));
  }

  read(key: string): Promise<StoredValue | undefined> {
    return this.#run((deadline) => this.#entries.read(key, deadline));
  }

  readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    return this.#batches.read(keys);
  }

  async write(key: string, value: StoredValue): Promise<void> {
    const item = this.#entries.itemOf(key, value);
    await this.#change(key, (deadline) => this.#entries.write(key, { value, item }, deadline));
  }

  async remove(key: string): Promise<DeleteStatus> {
    return this.#change(key, (deadline) => this.#entries.remove(key, deadline));
  }

  async writeMany(entries: readonly (readonly [key: string, value: StoredValue])[]): Promise<void> {
    const keys = entries.map(([key]) => key);
    await this.#queue.run(keys, () => this.#batches.write(entries));
  }

  async removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
    return this.#queue.run(keys, () => this.#batches.remove(keys));
  }

  lease(key: string, ms: number): Promise<StoredLease> {
    return this.#run((deadline) => this.#leases.ask(key, ms, deadline));
  }

  async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
    const item = this.#entries.itemOf(key, value);
    const condition = this.#leases.holding(fence);
    return this.#change(key, (deadline) => this.#entries.write(key, { value, item, condition }, deadline));
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return this.#run((deadline) => this.#leases.release(key, fence, deadline));
  }

  keys(listing: KeyListing): Promise<KeyPage> {
    return this.#run((deadline) => listKeys(this.#settings, listing, deadline));
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  /** Waits for the removal of parts that no entry names any more. The client stays the caller's. */
  close(): Promise<void> {
    return this.#settings.parts.idle();
  }

  /** Runs `change` after the key's earlier changes, within a deadline that counts the wait for them. */
  #change<T>(key: string, change: (deadline: Deadline) => Promise<T>): Promise<T> {
    return this.#run((deadline) => {
      const inTurn = async (): Promise<T> => this.#queue.run([key], () => change(deadline));
      return deadline.within(inTurn());
    });
  }

  #run<T>(operate: (deadline: Deadline) => Promise<T>): Promise<T> {
    return Deadline.run(this.#settings.timeout, operate);
  }
}
