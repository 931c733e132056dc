import type { KeyCount, Summary, TierSummary } from "@hitbox/dashboard";
import { table } from "../output/table.ts";
import { span } from "../output/units.ts";

/** Keys that fit on a screen. */
const MOST_KEYS = 10;
const NONE = "–";

/** The numbers of one reading, for a terminal. `bounds` are those of the buckets of reading times. */
export function summaryText(summary: Summary, bounds: readonly number[]): string {
  return [
    overview(summary),
    tiers(summary.tiers, bounds),
    keys("HITS", summary.hot),
    keys("LOADS", summary.missed),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function overview(summary: Summary): string {
  const { failedLoads, hitRatio, loadsPerSecond, processes, requestsPerSecond, spared } = summary;
  return table([
    ["PROCESSES", "REQUESTS/S", "HIT RATIO", "LOADS/S", "FAILED", "SPARED"],
    [
      processes,
      number(requestsPerSecond),
      percent(hitRatio),
      number(loadsPerSecond),
      failedLoads,
      time(spared),
    ],
  ]);
}

function tiers(all: readonly TierSummary[], bounds: readonly number[]): string {
  if (all.length === 0) return "";
  const rows = all.map((one) => [
    ...[
      one.tier,
      number(one.readsPerSecond),
      percent(one.hitRatio),
      quantile(one.readP50, bounds),
      quantile(one.readP99, bounds),
    ],
    ...[number(one.writesPerSecond), one.errors],
  ]);
  return table([["TIER", "READS/S", "HIT RATIO", "P50", "P99", "WRITES/S", "ERRORS"], ...rows]);
}

function keys(what: string, all: readonly KeyCount[]): string {
  if (all.length === 0) return "";
  const rows = all
    .slice(0, MOST_KEYS)
    .map(({ count, error, key }) => [error === 0 ? count : `${count - error} to ${count}`, key]);
  return table([[what, "KEY"], ...rows]);
}

function number(value: number): string {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toString();
}

function percent(share: number | undefined): string {
  return share === undefined ? NONE : `${(100 * share).toFixed(1)} %`;
}

/** Within the first bucket of a histogram only its bound is known. */
function quantile(seconds: number | undefined, [first = 0]: readonly number[]): string {
  return seconds === undefined || seconds > first ? time(seconds) : `≤ ${time(first)}`;
}

/** Seconds. */
function time(seconds: number | undefined): string {
  if (seconds === undefined) return NONE;
  return seconds > 0 && seconds < 0.001 ? `${Math.round(seconds * 1_000_000)} µs` : span(seconds * 1_000);
}
