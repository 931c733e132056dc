import {
  type BackendListener,
  checkInteger,
  checkKnown,
  checkOption,
  type Origin,
  type StopWatching,
} from "@hitbox/core";
import type { Connection } from "../connection.ts";
import { Bus } from "./bus.ts";
import { type CoherentClient, isCoherent } from "./coherent-client.ts";
import { LocalChanges } from "./local-changes.ts";
import type { OwnChanges } from "./own-change.ts";
import { Tracking } from "./tracking.ts";

/** How a backend hears what others change. */
export interface RedisCoherence {
  /**
   * `tracking`: the server tells of every change by anyone. For one server or a Sentinel group.
   * `bus`: those who write through this adapter tell of it over pub/sub. For a cluster, or by choice.
   */
  readonly by: "tracking" | "bus";
  /** Milliseconds within which it is noticed that nothing is heard any more: from 20. Default: 1,000. */
  readonly heartbeat?: number | undefined;
}

/** What a backend does to tell and to hear of changes. */
export interface Coherence extends OwnChanges {
  watch(listener: BackendListener): StopWatching;
  /** This backend has been cleared, as far as that went. */
  cleared(origin: Origin | undefined): void;
  /** Ends every watch, as lost, and says what there is still to say. Never rejects. */
  close(): Promise<void>;
}

/** What both ways need to know. */
export interface CoherenceSettings {
  readonly connection: Connection;
  readonly client: CoherentClient;
  /** What every key in Redis starts with, the client's own prefix included. */
  readonly start: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  /** For opening a connection and setting it up, in milliseconds. */
  readonly timeout: number;
}

/** The option, with its defaults. */
export interface CheckedCoherence {
  readonly by: RedisCoherence["by"];
  readonly heartbeat: number;
}

/** Makes the coherence of a backend, over its connection. */
export type MakeCoherence = (connection: Connection, keyspace: string, timeout: number) => Coherence;

/** Least milliseconds for opening a connection, however little an operation may take. */
const SHORTEST = 1_000;

const WAYS = { tracking: Tracking, bus: Bus };

/** @throws TypeError where the option is wrong. */
export function checkCoherence(
  option: RedisCoherence["by"] | RedisCoherence | undefined,
  at: "server" | "cluster",
): CheckedCoherence | undefined {
  if (option === undefined) return undefined;
  const given: unknown = typeof option === "string" ? { by: option } : option;
  checkOption(typeof given === "object" && given !== null, "coherence", option, RULE);
  checkKnown("redis: coherence", given, ["by", "heartbeat"]);
  const { by, heartbeat = 1_000 } = given as RedisCoherence;
  checkOption(Object.hasOwn(WAYS, by), "coherence", option, RULE);
  const fits = by === "bus" || at === "server";
  checkOption(fits, "coherence", option, 'must be "bus" in a cluster, whose nodes each track for themselves');
  return { by, heartbeat: checkInteger("heartbeat", heartbeat, 20, 2 ** 31 - 1) };
}

/** A replica may answer with what has been replaced, after everyone has been told. */
export const FROM_MASTERS = "must be masters only, with coherence: replicas answer late";

const RULE = 'must be "tracking", "bus" or an object with `by`';

export function coherenceBy({ by, heartbeat }: CheckedCoherence): MakeCoherence {
  return (connection, keyspace, timeout) => {
    const { client } = connection;
    checkOption(isCoherent(client), "client", client, "must have call, duplicate and publish, for coherence");
    const reads = client.options?.scaleReads ?? "master";
    checkOption(reads === "master", "client.options.scaleReads", reads, FROM_MASTERS);
    const start = (client.options?.keyPrefix ?? "") + keyspace;
    const settings = { connection, client, start, heartbeat, timeout: Math.max(timeout, SHORTEST) };
    return new LocalChanges(new WAYS[by](settings));
  };
}
