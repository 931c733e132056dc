import {
  type AnyBackend,
  type CacheBackend,
  type Clock,
  cacheBackend,
  checkKnown,
  checkLabel,
  checkOption,
  isCacheBackend,
  systemClock,
} from "@hitbox/core";
import { Composition } from "./composition.ts";
import { sequential } from "./read/sequential.ts";
import { RefillGuard } from "./refill-guard.ts";
import type { ReadPolicy, WritePolicy } from "./tiers.ts";
import { optimistic } from "./write/optimistic.ts";
import { sequentialWrite } from "./write/sequential.ts";

export interface ComposeOptions {
  /** First part of every tier's path, as in `composition.redis`. Default: `composition`. */
  readonly label?: string | undefined;
  /** Default: `sequential`. */
  readonly read?: "sequential" | ReadPolicy | undefined;
  /** Default: `optimistic`. */
  readonly write?: "sequential" | "optimistic" | WritePolicy | undefined;
  /** Whether an L2 hit that is fresh is put into L1, as it is. Default: `always`. */
  readonly refill?: "always" | "never" | undefined;
  /** Epoch milliseconds. Default: `Date.now`. */
  readonly now?: Clock | undefined;
}

/**
 * Two backends as one: the first tier answers where it can, the second where it cannot, and each keeps its own key
 * format, value format and compressor. The result is a backend again, so compositions nest. Closing it closes
 * both tiers.
 *
 * @throws TypeError for an option that is unknown or wrong.
 * @example
 * const backend = compose(memory({ maxEntries: 10_000 }), memory({ maxEntries: 100_000, label: "large" }));
 * await backend.set("greeting", cacheValue("hello", { ttl: 60_000 }));
 * const context = cacheContext();
 * await backend.get("greeting", context);
 * context.source; // "composition.memory"
 */
export function compose(l1: AnyBackend, l2: AnyBackend, options: ComposeOptions = {}): CacheBackend {
  checkKnown(options, ["label", "read", "write", "refill", "now"]);
  const { refill = "always", now = systemClock } = options;
  checkOption(refill === "always" || refill === "never", "refill", refill, 'must be "always" or "never"');
  const label = checkLabel("label", options.label ?? "composition");
  const read = policy("read", options.read ?? "sequential", READ_POLICIES);
  const write = policy("write", options.write ?? "optimistic", WRITE_POLICIES);
  const tiers = { l1: tier("l1", l1, now), l2: tier("l2", l2, now) };
  return new Composition(
    { label, ...tiers, read, write, refill, now, guard: new RefillGuard(), closing: undefined },
    label,
  );
}

const READ_POLICIES: Readonly<Record<string, ReadPolicy>> = { sequential: sequential() };
const WRITE_POLICIES: Readonly<Record<string, WritePolicy>> = {
  sequential: sequentialWrite(),
  optimistic: optimistic(),
};

function tier(name: string, backend: AnyBackend, now: Clock): CacheBackend {
  checkOption(typeof backend === "object" && backend !== null, name, backend, "must be a backend");
  return isCacheBackend(backend) ? backend : cacheBackend(backend, { now });
}

function policy<Policy extends object>(
  option: string,
  choice: string | Policy,
  policies: Readonly<Record<string, Policy>>,
): Policy {
  if (typeof choice === "object" && choice !== null) return choice;
  const found = Object.hasOwn(policies, choice) ? policies[choice] : undefined;
  const names = Object.keys(policies).join(", ");
  checkOption(found !== undefined, option, choice, `must be one of ${names}, or a policy`);
  return found;
}
