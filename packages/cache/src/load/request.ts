import type { CallActivity } from "../activity.ts";
import type { CallContext } from "../call-context.ts";
import type { Engine } from "../engine.ts";
import type { Policy } from "../policy/policy.ts";
import type { Reader } from "../read/reader.ts";
import type { SpaceStats } from "../stats/space-stats.ts";

/** The part of a call that all its keys have in common. */
export interface Request<T> {
  readonly engine: Engine;
  readonly reader: Reader<T>;
  /** Tags of the cache's own that every entry of this space carries. */
  readonly internalTags: readonly string[];
  readonly policy: Policy;
  readonly stats: SpaceStats;
  readonly signal: AbortSignal | undefined;
  /** Filled in by the tiers, if the call is to be explained, or if messages about it would be heard. */
  readonly context: CallContext | undefined;
  /** Told of how the call goes, if it is traced. */
  readonly activity?: CallActivity | undefined;
}
