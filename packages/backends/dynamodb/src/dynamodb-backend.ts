import type {
  AdapterParts,
  Backend,
  BackendError,
  BackendSupports,
  DeleteStatus,
  ErrorCode,
  StoredLease,
  StoredValue,
} from "@hitbox/core";
import { Batches } from "./batches.ts";
import { classify } from "./classify.ts";
import { clear } from "./clear.ts";
import { Deadline } from "./deadline.ts";
import { Entries, type EntriesSettings } from "./entries.ts";
import { KeyOrder } from "./key-order.ts";
import { Leases } from "./leases.ts";
import { supportsOf } from "./supports.ts";

export interface DynamoDbSettings extends EntriesSettings {
  readonly adapter: AdapterParts<Uint8Array>;
  /** Whether the table's keys allow to query all entries of a prefix. */
  readonly canQuery: boolean;
  /** Milliseconds. */
  readonly timeout: number;
}

export class DynamoDbBackend implements Backend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly keyFormat: AdapterParts<Uint8Array>["keyFormat"];
  readonly valueFormat: AdapterParts<Uint8Array>["valueFormat"];
  readonly compressor: AdapterParts<Uint8Array>["compressor"];
  readonly clear?: NonNullable<Backend["clear"]>;
  readonly #settings: DynamoDbSettings;
  readonly #entries: Entries;
  readonly #batches: Batches;
  readonly #leases: Leases;
  readonly #order = new KeyOrder();

  constructor(settings: DynamoDbSettings) {
    const { adapter, table, layout, parts, timeout } = settings;
    this.label = adapter.label;
    this.keyFormat = adapter.keyFormat;
    this.valueFormat = adapter.valueFormat;
    this.compressor = adapter.compressor;
    this.supports = supportsOf(settings);
    this.#settings = settings;
    this.#entries = new Entries(settings);
    this.#batches = new Batches(settings, this.#entries);
    this.#leases = new Leases(settings, this.#entries);
    if (this.supports.clear) this.clear = () => clear(table, layout, parts, timeout);
  }

  read(key: string): Promise<StoredValue | undefined> {
    return this.#run((deadline) => this.#entries.read(key, deadline));
  }

  readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    return this.#batches.read(keys);
  }

  async write(key: string, value: StoredValue): Promise<void> {
    const item = this.#entries.itemOf(key, value);
    await this.#change([key], (deadline) => this.#entries.write(key, { value, item }, deadline));
  }

  remove(key: string): Promise<DeleteStatus> {
    return this.#change([key], (deadline) => this.#entries.remove(key, deadline));
  }

  writeMany(entries: readonly (readonly [key: string, value: StoredValue])[]): Promise<void> {
    const keys = entries.map(([key]) => key);
    return this.#order.run(keys, undefined, () => this.#batches.write(entries));
  }

  removeMany(keys: readonly string[]): Promise<DeleteStatus[]> {
    return this.#order.run(keys, undefined, () => this.#batches.remove(keys));
  }

  lease(key: string, ms: number): Promise<StoredLease> {
    return this.#run((deadline) => this.#leases.ask(key, ms, deadline));
  }

  async writeFenced(key: string, value: StoredValue, fence: string): Promise<boolean> {
    const item = this.#entries.itemOf(key, value);
    const condition = this.#leases.holding(fence);
    return this.#change([key], (deadline) => this.#entries.write(key, { value, item, condition }, deadline));
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return this.#run((deadline) => this.#leases.release(key, fence, deadline));
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  /** The client stays the caller's. What is left is what it was asked to sweep. */
  close(): Promise<void> {
    return this.#settings.parts.idle();
  }

  /** In its turn, within a deadline that counts the wait for it. */
  #change<T>(keys: readonly string[], change: (deadline: Deadline) => Promise<T>): Promise<T> {
    return this.#run((deadline) => this.#order.run(keys, deadline, () => change(deadline)));
  }

  #run<T>(operate: (deadline: Deadline) => Promise<T>): Promise<T> {
    return Deadline.run(this.#settings.timeout, operate);
  }
}
