import { BackendError, type StoredValue } from "@hitbox/core";
import { slices } from "@hitbox/core/tier";
import { allWritten } from "./all-written.ts";
import { Deadline } from "./deadline.ts";
import {
  type Item,
  type Metadata,
  metadataAttributes,
  metadataOf,
  numeric,
  text,
  ttl,
  wholeNumber,
} from "./item.ts";
import type { Layout } from "./layout.ts";
import { BATCH_WRITE, type Consistency, type Table } from "./table.ts";

/** Bytes of payload in a part, which leaves 16 KiB of the item to its key and names. */
export const PART_BYTES: number = 384 * 1024;
/** Most parts of an entry: 37.5 MiB. */
export const MAX_PARTS = 100;
/** Parts in one request. DynamoDB takes and gives 16 MiB in one; fewer let the requests of an entry run side by side. */
const PARTS_AT_ONCE = 10;

/** An entry whose payload is in items of its own, kept under its version, which no other entry has. */
export interface SplitEntry extends Metadata {
  readonly version: string;
  readonly parts: number;
  readonly payloadBytes: number;
}

export function isSplit(item: Item): boolean {
  return item.parts !== undefined;
}

/** @throws BackendError `corrupt` if an attribute is not as `Parts.write` makes it. */
export function splitEntryOf(item: Item): SplitEntry {
  const parts = wholeNumber(item, "parts");
  if (parts > MAX_PARTS) throw new BackendError("corrupt", `an entry in ${parts} parts`);
  const payloadBytes = wholeNumber(item, "payloadBytes");
  return { ...metadataOf(item), version: text(item, "version"), parts, payloadBytes };
}

/**
 * Payloads over several items. A write makes new parts and then, in one put, the entry that names them: a reader finds
 * the old entry and its parts, or the new one and its own, and never a mixture.
 */
export class Parts {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #ttlAttribute: string;
  readonly #timeout: number;
  readonly #sweeps = new Set<Promise<void>>();

  constructor(table: Table, layout: Layout, ttlAttribute: string, timeout: number) {
    this.#table = table;
    this.#layout = layout;
    this.#ttlAttribute = ttlAttribute;
    this.#timeout = timeout;
  }

  /** Writes the parts; the attributes of the entry that names them, which is the caller's to put. */
  async write(value: StoredValue, deadline: Deadline): Promise<Item> {
    const { payload, expiresAt } = value;
    const metadata = metadataAttributes(value, this.#ttlAttribute);
    const [version, parts] = [text(metadata, "version"), Math.ceil(payload.byteLength / PART_BYTES)];
    const items = Array.from({ length: parts }, (_, index) => ({
      ...this.#layout.part(version, index),
      payload: { B: payload.subarray(index * PART_BYTES, (index + 1) * PART_BYTES) },
      ...ttl(expiresAt, this.#ttlAttribute),
    }));
    const requests = items.map((item) => ({ PutRequest: { Item: item } }));
    const writes = slices(requests, PARTS_AT_ONCE).map((some) => this.#table.writeMany(some, deadline));
    await allWritten(writes, parts).catch((error: unknown) => {
      void this.#begin(version, parts);
      throw error;
    });
    return {
      ...metadata,
      parts: numeric(parts),
      payloadBytes: numeric(payload.byteLength),
    };
  }

  /** The payload; undefined if a part is not there, because the entry has been replaced or removed. */
  async read(
    { version, parts, payloadBytes }: SplitEntry,
    consistency: Consistency,
    deadline: Deadline,
  ): Promise<Uint8Array | undefined> {
    const keys = Array.from({ length: parts }, (_, index) => this.#layout.part(version, index));
    const reads = await Promise.all(
      slices(keys, PARTS_AT_ONCE).map((some) => this.#table.getMany(some, consistency, deadline)),
    );
    const found = new Map<string, Item>();
    for (const { items, rest } of reads) {
      if (rest !== undefined) throw rest.error;
      for (const item of items) found.set(this.#layout.idOf(item), item);
    }
    const payloads = keys.map((key) => found.get(this.#layout.idOf(key))?.payload?.B);
    if (!payloads.every((payload) => payload !== undefined)) return undefined;
    const payload = Buffer.concat(payloads);
    if (payload.byteLength === payloadBytes) return payload;
    throw new BackendError("corrupt", `parts of ${payload.byteLength} bytes; the entry has ${payloadBytes}`);
  }

  /**
   * Removes the parts that a replaced or removed item has named, if it did. Waits until `deadline` and goes on after it.
   * Never rejects: no reader sees them any more, and those of an entry that expires expire with it.
   */
  async sweep(item: Item | undefined, deadline: Deadline): Promise<void> {
    const { version, parts } = item ?? {};
    if (version?.S === undefined || !(Number(parts?.N) <= MAX_PARTS)) return;
    await deadline.within(this.#begin(version.S, Number(parts?.N))).catch(() => {});
  }

  /** Removes the parts of an entry that could not be put; nobody waits for it. */
  discard(item: Item): void {
    void this.#begin(text(item, "version"), wholeNumber(item, "parts"));
  }

  /** Resolves when no sweep is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#sweeps);
  }

  #begin(version: string, parts: number): Promise<void> {
    const sweep = Deadline.run(this.#timeout, (deadline) => this.#remove(version, parts, deadline))
      .catch(() => {})
      .finally(() => this.#sweeps.delete(sweep));
    this.#sweeps.add(sweep);
    return sweep;
  }

  async #remove(version: string, parts: number, deadline: Deadline): Promise<void> {
    const requests = Array.from({ length: parts }, (_, index) => ({
      DeleteRequest: { Key: this.#layout.part(version, index) },
    }));
    await Promise.all(slices(requests, BATCH_WRITE.max).map((some) => this.#table.writeMany(some, deadline)));
  }
}
