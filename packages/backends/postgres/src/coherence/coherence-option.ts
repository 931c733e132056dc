import { checkInteger, checkKnown, checkOption } from "@hitbox/core";

/** How a backend hears changes by others. */
export interface PostgresCoherence {
  /** `notify`: backends of the same table tell of their changes by NOTIFY. */
  readonly by: "notify";
  /** Milliseconds within which a silent connection is noticed: from 20. Default: 1,000. */
  readonly heartbeat?: number | undefined;
}

/** The heartbeat; undefined if there is no coherence. */
export function heartbeatOf(coherence: "notify" | PostgresCoherence | undefined): number | undefined {
  if (coherence === undefined) return undefined;
  if (typeof coherence === "object" && coherence !== null)
    checkKnown("postgres: coherence", coherence, ["by", "heartbeat"], '{ by: "notify" }');
  const by = typeof coherence === "string" ? coherence : coherence?.by;
  checkOption(by === "notify", "coherence", coherence, 'must be "notify"');
  if (typeof coherence === "string") return 1_000;
  const { heartbeat = 1_000 } = coherence;
  checkInteger("coherence.heartbeat", heartbeat, 20, 600_000);
  return heartbeat;
}
