import type {
  AdapterParts,
  Backend,
  BackendError,
  BackendListener,
  BackendSupports,
  DeleteStatus,
  ErrorCode,
  Origin,
  StopWatching,
  StoredLease,
  StoredValue,
} from "@hitbox/core";
import { classify } from "./classify.ts";
import { clear } from "./clear.ts";
import type { Coherence, MakeCoherence } from "./coherence/coherence.ts";
import { Connection } from "./connection.ts";
import { decode, decodeApart } from "./decode.ts";
import { EntryWrite } from "./entry-write.ts";
import { lease, releaseLease, writeFenced } from "./leases.ts";
import { OwnClient } from "./own-client.ts";
import type { RedisClient, RedisPipeline } from "./redis-client.ts";
import { remove, removeAll } from "./removal.ts";

export interface RedisSettings {
  readonly parts: AdapterParts<Uint8Array>;
  /** What every key in Redis starts with, separator included. */
  readonly keyspace: string;
  readonly maxValueBytes: number;
  readonly now: () => number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly coherence: MakeCoherence | undefined;
}

/** Measured: from 100 to 1,000 keys a batch are as fast as each other; more would hold up everyone else's commands. */
const BATCH = Object.freeze({ max: 1_000 });

/** Room for an entry's times and tags, besides its payload. */
const METADATA_BYTES = 1024 * 1024;

const SUPPORTS: Omit<BackendSupports, "maxValueBytes"> = {
  expiry: "native",
  shared: true,
  persistent: true,
  readMany: BATCH,
  writeMany: BATCH,
  removeMany: BATCH,
  clear: true,
  lease: true,
};

export class RedisBackend implements Backend {
  readonly label: string;
  readonly supports: BackendSupports;
  readonly keyFormat: AdapterParts<Uint8Array>["keyFormat"];
  readonly valueFormat: AdapterParts<Uint8Array>["valueFormat"];
  readonly compressor: AdapterParts<Uint8Array>["compressor"];
  readonly #keyspace: string;
  readonly #maxEntryBytes: number;
  readonly #now: () => number;
  /** For what a subclass does otherwise. */
  protected readonly connection: Connection;
  readonly #own: OwnClient | undefined;
  readonly #coherence: Coherence | undefined;
  readonly watch?: (listener: BackendListener) => StopWatching;

  constructor(settings: RedisSettings, client: RedisClient | OwnClient) {
    const { parts, timeout } = settings;
    this.label = parts.label;
    this.keyFormat = parts.keyFormat;
    this.valueFormat = parts.valueFormat;
    this.compressor = parts.compressor;
    this.supports = Object.freeze({
      ...SUPPORTS,
      maxValueBytes: settings.maxValueBytes,
      ...(settings.coherence && { watch: true }),
    });
    this.#keyspace = settings.keyspace;
    this.#maxEntryBytes = settings.maxValueBytes + METADATA_BYTES;
    this.#now = settings.now;
    this.#own = client instanceof OwnClient ? client : undefined;
    this.connection =
      client instanceof OwnClient
        ? new Connection(client.client, timeout, () => client.lastError)
        : new Connection(client, timeout, () => undefined);
    const coherence = settings.coherence?.(this.connection, settings.keyspace, timeout);
    if (coherence === undefined) return;
    this.#coherence = coherence;
    this.connection.tell(coherence);
    this.watch = (listener) => coherence.watch(listener);
  }

  read(key: string): Promise<StoredValue | undefined> {
    const at = this.#keyspace + key;
    return this.connection.run({ key: at, send: (client) => client.getBuffer(at), take: decode });
  }

  readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    const at = keys.map((key) => this.#keyspace + key);
    return this.connection.run({
      send: (client) => client.mgetBuffer(at),
      take: (replies) => replies.map(decodeApart),
    });
  }

  write(key: string, value: StoredValue, origin?: Origin): Promise<void> {
    const write = new EntryWrite(value, this.#maxEntryBytes);
    const at = this.#keyspace + key;
    return this.connection.run({
      key: at,
      changes: [key],
      origin,
      send: (client) => write.send(client, at, this.#now()),
      take: () => undefined,
      lost: () => write.revoke(),
    });
  }

  writeMany(
    entries: readonly (readonly [key: string, value: StoredValue])[],
    origin?: Origin,
  ): Promise<void> {
    const writes = entries.map(
      ([key, value]) => [this.#keyspace + key, new EntryWrite(value, this.#maxEntryBytes)] as const,
    );
    return this.connection.run({
      changes: entries.map(([key]) => key),
      origin,
      send: (client) => {
        const now = this.#now();
        return pipelined(client, writes, (commands, [at, write]) => write.send(commands, at, now));
      },
      take: () => undefined,
      lost: () => {
        for (const [, write] of writes) write.revoke();
      },
    });
  }

  remove(key: string, origin?: Origin): Promise<DeleteStatus> {
    const at = this.#keyspace + key;
    return this.connection.run({
      key: at,
      changes: [key],
      origin,
      send: (client) => remove(client, at),
      take: (status) => status,
    });
  }

  removeMany(keys: readonly string[], origin?: Origin): Promise<DeleteStatus[]> {
    const at = keys.map((key) => this.#keyspace + key);
    return this.connection.run({
      changes: keys,
      origin,
      send: (client) => removeAll(client, at),
      take: (statuses) => statuses,
    });
  }

  lease(key: string, ms: number): Promise<StoredLease> {
    return lease(this.connection, this.#keyspace + key, ms);
  }

  writeFenced(key: string, value: StoredValue, fence: string, origin?: Origin): Promise<boolean> {
    const write = new EntryWrite(value, this.#maxEntryBytes);
    const fenced = { key, write, fence, now: this.#now, origin };
    return writeFenced(this.connection, this.#keyspace + key, fenced);
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return releaseLease(this.connection, this.#keyspace + key, fence);
  }

  async clear(origin?: Origin): Promise<void> {
    try {
      await clear(this.connection, this.#keyspace);
    } finally {
      // Also of what was not there: others may have copies of it.
      this.#coherence?.cleared(origin);
    }
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  async close(): Promise<void> {
    await this.#coherence?.close();
    await this.#own?.close();
  }
}

/** The replies, in order. Rejects with the first error among them. */
async function pipelined<Item>(
  client: RedisClient,
  items: readonly Item[],
  add: (commands: RedisPipeline, item: Item) => unknown,
): Promise<unknown[]> {
  const commands = client.pipeline();
  for (const item of items) add(commands, item);
  const replies = await commands.exec();
  if (replies?.length !== items.length) throw new Error("a pipeline without a reply for each command");
  const failed = replies.find(([error]) => error !== null);
  if (failed) throw failed[0];
  return replies.map(([, reply]) => reply);
}
