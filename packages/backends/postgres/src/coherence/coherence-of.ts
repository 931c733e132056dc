import { emitWarning, type StoreOptions } from "@hitbox/core";
import type { Connection, Source } from "../connection.ts";
import { Coherence } from "./coherence.ts";
import { heartbeatOf, type PostgresCoherence } from "./coherence-option.ts";
import { linesOf } from "./lines.ts";

interface CoherenceOptions extends StoreOptions {
  readonly coherence?: "notify" | PostgresCoherence | undefined;
  readonly table?: string | undefined;
}

const NOTIFY = "SELECT pg_notify($1, $2)";

/** The channel of a table. Tables of one name in two schemas share it: that costs copies, and harms none. */
export function channelOf(table: string): string {
  return `hitbox.${table}`;
}

/** @throws TypeError if the option is wrong, or the client has no connection to spare. */
export function coherenceOf(
  options: CoherenceOptions,
  source: Source,
  connection: Connection,
): Coherence | undefined {
  const { table = "hitbox", timeout = 1_000, label = "postgres", onWarning = emitWarning } = options;
  const heartbeat = heartbeatOf(options.coherence);
  if (heartbeat === undefined) return undefined;
  const channel = channelOf(table);
  return new Coherence({
    ...{ channel, heartbeat, timeout, openLine: linesOf(source) },
    send: (message) => connection.run(NOTIFY, [channel, message]),
    warn(reason) {
      const effect = "changes by others are not heard, so first tiers are bypassed";
      const message = `${label}: ${effect}. Reason: ${reason}`;
      try {
        onWarning({ backend: label, code: "HITBOX_POSTGRES_COHERENCE", message });
      } catch {
        // An operator's own function decides about no operation.
      }
    },
  });
}
