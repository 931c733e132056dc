import type { WriteRequest } from "@aws-sdk/client-dynamodb";
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
import { allWritten } from "./all-written.ts";
import { classify } from "./classify.ts";
import { clear } from "./clear.ts";
import { Deadline } from "./deadline.ts";
import { Entries, type EntriesSettings } from "./entries.ts";
import { KeyOrder } from "./key-order.ts";
import { Leases } from "./leases.ts";
import { slices } from "./parts.ts";
import { supportsOf } from "./supports.ts";
import { BATCH_WRITE } from "./table.ts";

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
  readonly writeMany?: NonNullable<Backend["writeMany"]>;
  readonly clear?: NonNullable<Backend["clear"]>;
  readonly #settings: DynamoDbSettings;
  readonly #entries: Entries;
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
    this.#leases = new Leases(settings, this.#entries);
    if (this.supports.writeMany) this.writeMany = (entries) => this.#writeMany(entries);
    if (this.supports.clear) this.clear = () => clear(table, layout, parts, timeout);
  }

  read(key: string): Promise<StoredValue | undefined> {
    return this.#run((deadline) => this.#entries.read(key, deadline));
  }

  readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    return this.#run((deadline) => this.#entries.readMany(keys, deadline));
  }

  async write(key: string, value: StoredValue): Promise<void> {
    const item = this.#entries.itemOf(key, value);
    await this.#change([key], (deadline) => this.#entries.write(key, { value, item }, deadline));
  }

  remove(key: string): Promise<DeleteStatus> {
    return this.#change([key], (deadline) => this.#entries.remove(key, deadline));
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

  async #writeMany(entries: readonly (readonly [key: string, value: StoredValue])[]): Promise<void> {
    // All of them first: where one is too large, nothing is sent.
    const puts = entries.map(([key, value]) => {
      const Item = this.#entries.itemOf(key, value);
      return { key, request: { PutRequest: { Item } } };
    });
    await this.#run((deadline) => {
      const batches = slices(puts, BATCH_WRITE.max).map((some) => this.#writeBatch(some, deadline));
      return allWritten(batches, entries.length);
    });
  }

  #writeBatch(
    puts: readonly { readonly key: string; readonly request: WriteRequest }[],
    deadline: Deadline,
  ): Promise<void> {
    const keys = puts.map(({ key }) => key);
    const requests = puts.map(({ request }) => request);
    return this.#order.run(keys, deadline, () => this.#settings.table.writeMany(requests, deadline));
  }

  /** In its turn, within a deadline that counts the wait for it. */
  #change<T>(keys: readonly string[], change: (deadline: Deadline) => Promise<T>): Promise<T> {
    return this.#run((deadline) => this.#order.run(keys, deadline, () => change(deadline)));
  }

  #run<T>(operate: (deadline: Deadline) => Promise<T>): Promise<T> {
    return Deadline.run(this.#settings.timeout, operate);
  }
}
