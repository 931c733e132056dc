import { gained, labelsOf, quantile, rate, type Span, secondsOf, share, total } from "./numbers.ts";
import type { KeyCount } from "./snapshot.ts";

/** One tier in the time between two states. Times in seconds; undefined: nothing was asked. */
export interface TierSummary {
  /** Label path, such as `memory>redis.redis`. */
  readonly tier: string;
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** From 0 to 1, of the operations for callers. */
  readonly hitRatio: number | undefined;
  readonly readP50: number | undefined;
  readonly readP99: number | undefined;
  /** Of the values that it answered with. */
  readonly ageP50: number | undefined;
  readonly ageP99: number | undefined;
  /** Since the processes began to count. */
  readonly errors: number;
}

/** The numbers of the time between two states, or since the beginning if there is no earlier one. */
export interface Summary {
  /** Epoch milliseconds of the later state. */
  readonly at: number;
  /** Of the time between the states. */
  readonly seconds: number | undefined;
  readonly processes: number;
  readonly requestsPerSecond: number;
  readonly loadsPerSecond: number;
  /** From 0 to 1; undefined if nothing was asked for. */
  readonly hitRatio: number | undefined;
  readonly failedLoads: number;
  /** Seconds of loading that hits have spared. */
  readonly spared: number;
  readonly tiers: readonly TierSummary[];
  /** Keys with the most hits, first, since the processes began to count. */
  readonly hot: readonly KeyCount[];
  /** Keys with the most loads, first. */
  readonly missed: readonly KeyCount[];
}

/**
 * Sums up the time between two states of a dashboard, as `GET api/state` answers them.
 *
 * @example
 * await using page = dashboard();
 * const answer = await page.handle(new Request("http://localhost/api/state"));
 * const { hitRatio, tiers } = summaryOf({ from: undefined, to: (await answer.json()) as DashboardState });
 */
export function summaryOf(span: Span): Summary {
  const { to } = span;
  const requests = gained(span, "requests");
  return {
    at: to.at,
    seconds: secondsOf(span),
    processes: to.processes.length,
    requestsPerSecond: rate(span, "requests"),
    loadsPerSecond: rate(span, "load"),
    hitRatio: share(requests - gained(span, "requests", "", "", "miss"), requests),
    failedLoads: gained(span, "load", "", "", "failed"),
    spared: gained(span, "saved"),
    tiers: labelsOf(to, "readTime").map(([tier = ""]) => tierSummary(span, tier)),
    hot: to.hot,
    missed: to.missed,
  };
}

/** Only operations for callers count for the ratio. */
function tierSummary(span: Span, tier: string): TierSummary {
  return {
    tier,
    readsPerSecond: rate(span, "reads", tier),
    writesPerSecond: rate(span, "writes", tier),
    hitRatio: share(gained(span, "readHits", tier, "value"), gained(span, "reads", tier, "value")),
    readP50: quantile(span, "readTime", 0.5, tier),
    readP99: quantile(span, "readTime", 0.99, tier),
    ageP50: quantile(span, "readAge", 0.5, tier),
    ageP99: quantile(span, "readAge", 0.99, tier),
    errors: total(span.to, "readErrors", tier) + total(span.to, "writeErrors", tier),
  };
}
