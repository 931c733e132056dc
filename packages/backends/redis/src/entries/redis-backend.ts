import type {
  AdapterParts,
  Backend,
  BackendError,
  BackendListener,
  BackendSupports,
  DeleteStatus,
  ErrorCode,
  KeyListing,
  KeyPage,
  Origin,
  StopWatching,
  StoredLease,
  StoredValue,
} from "@hitbox/core";
import { Adapter, decodeApart } from "@hitbox/core/tier";
import type { Coherence, MakeCoherence } from "../coherence/coherence.ts";
import { classify } from "../connection/classify.ts";
import type { RemovalReply } from "../connection/client-port.ts";
import type { Connection } from "../connection/connection.ts";
import { Feature } from "../connection/feature.ts";
import type { OwnClient } from "../connection/own/own-client.ts";
import { isRefusal } from "../connection/refusal.ts";
import { METADATA_BYTES } from "../connection/replies/reply-limits.ts";
import { safeError } from "../connection/safe-error.ts";
import type { Warnings } from "../connection/warnings.ts";
import { whenAll } from "../connection/when-all.ts";
import { type LeaseSettings, lease, releaseLease, writeFenced } from "../leases/leases.ts";
import { Listing } from "../listing/listing.ts";
import { Clearing } from "./clear.ts";
import { decode } from "./decode.ts";
import { EntryWrite } from "./entry-write.ts";
import { statusOf } from "./removal.ts";

export interface RedisSettings {
  readonly parts: AdapterParts<Uint8Array>;
  /** Beginning of every key in Redis, separator included. */
  readonly keyspace: string;
  readonly maxValueBytes: number;
  readonly now: () => number;
  readonly coherence: MakeCoherence | undefined;
  readonly warnings: Warnings;
}

/**
 * Measured: batches of 100 to 1,000 keys are equally fast. Larger ones would hold up the commands of others.
 */
const BATCH = Object.freeze({ max: 1_000 });

const SUPPORTS: Omit<BackendSupports, "maxValueBytes"> = {
  expiry: "native",
  shared: true,
  persistent: true,
  readMany: BATCH,
  writeMany: BATCH,
  removeMany: BATCH,
  clear: true,
  lease: true,
  keys: true,
};

export class RedisBackend extends Adapter implements Backend {
  readonly supports: BackendSupports;
  readonly #keyspace: string;
  readonly #maxEntryBytes: number;
  readonly #now: () => number;
  protected readonly connection: Connection;
  readonly #leases: LeaseSettings;
  readonly #clearing: Clearing;
  readonly #listing: Listing;
  readonly #warnings: Warnings;
  readonly #own: OwnClient | undefined;
  readonly #coherence: Coherence | undefined;
  readonly watch?: (listener: BackendListener) => StopWatching;

  /** `own` is the client if it was opened here, and is closed with the backend. */
  constructor(settings: RedisSettings, connection: Connection, own: OwnClient | undefined) {
    super(settings.parts);
    const { keyspace, coherence, maxValueBytes } = settings;
    this.supports = Object.freeze({ ...SUPPORTS, maxValueBytes, ...(coherence && { watch: true }) });
    this.#keyspace = keyspace;
    this.#maxEntryBytes = maxValueBytes + METADATA_BYTES;
    this.#now = settings.now;
    this.connection = connection;
    this.#leases = { connection, feature: new Feature("HITBOX_REDIS_LEASES", settings.warnings) };
    this.#clearing = new Clearing(connection, new Feature("HITBOX_REDIS_CLEAR", settings.warnings));
    this.#listing = new Listing(connection, new Feature("HITBOX_REDIS_KEYS", settings.warnings), keyspace);
    this.#warnings = settings.warnings;
    this.#own = own;
    if (coherence === undefined) return;
    const changes = coherence(connection, keyspace, settings.warnings);
    this.#coherence = changes;
    connection.tell(changes);
    this.watch = (listener) => changes.watch(listener);
  }

  read(key: string): Promise<StoredValue | undefined> {
    const at = this.#keyspace + key;
    return this.connection.run({ key: at, send: (port) => port.get(at), parse: decode });
  }

  readMany(keys: readonly string[]): Promise<(StoredValue | BackendError | undefined)[]> {
    const at = keys.map((key) => this.#keyspace + key);
    return this.connection.run({
      send: (port) => port.getMany(at),
      parse: (replies) => replies.map((reply) => decodeApart(reply, decode)),
    });
  }

  write(key: string, value: StoredValue, origin?: Origin): Promise<void> {
    const write = new EntryWrite(value, this.#maxEntryBytes);
    const at = this.#keyspace + key;
    return this.connection.run({
      key: at,
      changes: [key],
      origin,
      send: (port) => write.send(port, at, this.#now()),
      parse: () => undefined,
      failed: () => write.revoke(),
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
      send: (port) => {
        const now = this.#now();
        return whenAll(port.together(() => writes.map(([at, write]) => write.send(port, at, now))));
      },
      parse: () => undefined,
      failed: () => {
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
      send: (port) => port.remove(at),
      parse: this.#statusOf,
    });
  }

  removeMany(keys: readonly string[], origin?: Origin): Promise<DeleteStatus[]> {
    const at = keys.map((key) => this.#keyspace + key);
    return this.connection.run({
      changes: keys,
      origin,
      send: (port) => whenAll(port.together(() => at.map((key) => port.remove(key)))),
      parse: (replies) => replies.map(this.#statusOf),
    });
  }

  lease(key: string, ms: number): Promise<StoredLease> {
    return lease(this.#leases, this.#keyspace + key, ms);
  }

  writeFenced(key: string, value: StoredValue, fence: string, origin?: Origin): Promise<boolean> {
    const write = new EntryWrite(value, this.#maxEntryBytes);
    const fenced = { key, write, fence, now: this.#now, origin };
    return writeFenced(this.#leases, this.#keyspace + key, fenced);
  }

  releaseLease(key: string, fence: string): Promise<void> {
    return releaseLease(this.#leases, this.#keyspace + key, fence);
  }

  keys(listing: KeyListing): Promise<KeyPage> {
    return this.#listing.page(listing);
  }

  async clear(origin?: Origin): Promise<void> {
    try {
      await this.#clearing.clear(this.#keyspace);
    } finally {
      // Also if there was no entry: others may have copies.
      this.#coherence?.cleared(origin);
    }
  }

  classify(error: unknown): ErrorCode | undefined {
    return classify(error);
  }

  readonly #statusOf = (reply: RemovalReply): DeleteStatus => {
    if (isRefusal(reply.length)) this.#warnings.say("HITBOX_REDIS_COUNTS", safeError(reply.length).message);
    return statusOf(reply);
  };

  async close(): Promise<void> {
    await this.#coherence?.close();
    await this.#own?.close();
  }
}
