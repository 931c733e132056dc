import { type BackendError, chain, type ErrorCode, isPromise, type MaybePromise } from "@hitbox/core";
import { bothFailed } from "../both-failed.ts";
import { both, type Settled, settle } from "../settle.ts";
import type { Tiers, TierWrite, WritePolicy } from "../tiers.ts";

/**
 * Both tiers at once; one that takes the value is enough. The default.
 *
 * The other's failure is an outcome in the context and a message on the tier's channel. Two exceptions keep an older
 * value from being served: an L1 that failed has the key removed, and a value that L2 can never hold (it cannot be
 * serialized, or is too large) fails the set; where that shows at once, L1 is not even written.
 */
export function optimistic(): WritePolicy {
  return OPTIMISTIC;
}

const OPTIMISTIC: WritePolicy = Object.freeze<WritePolicy>({
  name: "optimistic",
  write(tiers: Tiers, write: TierWrite): MaybePromise<void> {
    // L2 goes first: a value that it refuses throws here, and then neither tier is touched.
    const second = settle(() => write(tiers.l2));
    if (!isPromise(second) && isRefusal(second)) throw second.error;
    const first = settle(() => write(tiers.l1));
    return both(first, second, (l1, l2) => conclude(tiers, write, l1, l2));
  },
});

function conclude(tiers: Tiers, write: TierWrite, l1: Settled<void>, l2: Settled<void>): MaybePromise<void> {
  if (!l1.ok && !l2.ok) throw bothFailed(tiers.label, l1.error, l2.error);
  if (isRefusal(l2)) {
    return chain(write.undo(tiers.l1), () => {
      throw l2.error;
    });
  }
  return l1.ok ? undefined : write.undo(tiers.l1);
}

const REFUSALS: ReadonlySet<ErrorCode> = new Set(["serialization", "compression", "too-large"]);

/** The tier is well; it is the value that it cannot hold, now or later. */
function isRefusal(settled: Settled<void>): settled is { readonly ok: false; readonly error: BackendError } {
  return !settled.ok && REFUSALS.has(settled.error.code);
}
