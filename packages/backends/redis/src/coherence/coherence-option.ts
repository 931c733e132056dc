import { checkKnown, checkMilliseconds, checkOption } from "@hitbox/core";
import type { Connection } from "../connection/connection.ts";
import type { Warnings } from "../connection/warnings.ts";
import { Bus } from "./bus/bus.ts";
import type { Coherence, CoherenceSettings, MakeCoherence, RedisCoherence } from "./coherence.ts";
import { LocalChanges } from "./local-changes.ts";
import { Tracking } from "./tracking/tracking.ts";

/** The option, with its defaults. */
export type CheckedCoherence = Required<RedisCoherence> & { readonly heartbeat: number };

const WAYS = { tracking: Tracking, bus: Bus };

/** Least milliseconds for opening a connection, however short the timeout of an operation. */
const SHORTEST = 1_000;

const RULE = 'must be "tracking", "bus" or an object with `by`';

/** @throws TypeError if the option is wrong. */
export function checkCoherence(
  option: RedisCoherence["by"] | RedisCoherence | undefined,
): CheckedCoherence | undefined {
  if (option === undefined) return undefined;
  const given: unknown = typeof option === "string" ? { by: option } : option;
  checkOption(typeof given === "object" && given !== null, "coherence", typeof option, RULE);
  checkKnown("redis: coherence", given, ["by", "heartbeat"]);
  const { by, heartbeat = 1_000 } = given as RedisCoherence;
  checkOption(Object.hasOwn(WAYS, by), "coherence", typeof by, RULE);
  return { by, heartbeat: checkMilliseconds("heartbeat", heartbeat, 20, 2 ** 31 - 1) };
}

export function coherenceBy({ by, heartbeat }: CheckedCoherence, timeout: number): MakeCoherence {
  const make = (connection: Connection, keyspace: string, warnings: Warnings): Coherence => {
    const start = connection.port.keyPrefix + keyspace;
    const opening = Math.max(timeout, SHORTEST);
    const settings: CoherenceSettings = { connection, start, heartbeat, timeout: opening, warnings };
    return new LocalChanges(new WAYS[by](settings), warnings);
  };
  return Object.assign(make, {
    check(topology: "server" | "cluster", reads: string, isFromMasters: boolean): void {
      const fits = by === "bus" || topology === "server";
      checkOption(fits, "coherence", by, 'must be "bus" in a cluster, whose nodes each track for themselves');
      // A replica may answer with a replaced value after everyone has been told of the change.
      const rule = "must be masters only, with coherence: replicas answer late";
      checkOption(isFromMasters, reads, "replicas", rule);
    },
  });
}
