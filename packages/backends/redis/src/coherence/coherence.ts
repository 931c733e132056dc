import type { BackendListener, Origin, StopWatching } from "@hitbox/core";
import type { Connection } from "../connection/connection.ts";
import type { OwnChanges } from "../connection/own-changes.ts";
import type { Warnings } from "../connection/warnings.ts";

/** Mechanism by which a backend learns of changes by others. */
export interface RedisCoherence {
  /**
   * `tracking`: the server tells of every change by anyone. For one server or a Sentinel group.
   * `bus`: backends with the same prefix tell of their own changes over pub/sub. For a cluster, or by choice.
   */
  readonly by: "tracking" | "bus";
  /** Milliseconds within which a silent connection is noticed: from 20. Default: 1,000. */
  readonly heartbeat?: number | undefined;
}

/** Tells and hears of changes for a backend. */
export interface Coherence extends OwnChanges {
  watch(listener: BackendListener): StopWatching;
  /** This backend has been cleared, as far as that went. */
  cleared(origin: Origin | undefined): void;
  /** Ends every watch, as lost, and sends all messages that are left. Never rejects. */
  close(): Promise<void>;
}

/** Settings of both kinds of coherence. */
export interface CoherenceSettings {
  readonly connection: Connection;
  /** Beginning of every key in Redis, the client's own prefix included. */
  readonly start: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  /** Milliseconds for opening a connection and setting it up. */
  readonly timeout: number;
  readonly warnings: Warnings;
}

/** Makes the coherence of a backend, over its connection. */
export interface MakeCoherence {
  (connection: Connection, keyspace: string, warnings: Warnings): Coherence;
  /** Throws a `TypeError` if the servers do not fit. `reads` names the option that decides about replicas. */
  check(topology: "server" | "cluster", reads: string, isFromMasters: boolean): void;
}
