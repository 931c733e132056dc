import type { CacheBackend } from "@hitbox/core";
import type { Checks, Entry, Expected } from "./entries.ts";
import type { Call } from "./measure.ts";

/** One line of a table, as text. */
export interface Row {
  readonly policy: string;
  readonly scenario: string;
  readonly "answered by": string;
  readonly p50: string;
  readonly p99: string;
  readonly "failed tiers": string;
  readonly afterwards: string;
}

/** A table with its title. */
export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

export function row(policy: string, scenario: string, calls: readonly Call[], afterwards = ""): Row {
  const ms = calls.map((call) => call.ms).sort((a, b) => a - b);
  return {
    policy,
    scenario,
    "answered by": tally(calls.map(({ answeredBy }) => answeredBy)),
    p50: duration(percentile(ms, 50)),
    p99: duration(percentile(ms, 99)),
    "failed tiers": tally(calls.flatMap(({ failures }) => failures)),
    afterwards,
  };
}

/** How many of the entries each tier has, as in `memory 100, redis 0`. Compares what it finds. */
export async function holders(
  checks: Checks,
  tiers: readonly CacheBackend[],
  all: readonly Entry[],
  expected: Expected = "either",
): Promise<string> {
  const counts = [];
  for (const tier of tiers) {
    const values = await tier.getMany(all.map(({ key }) => key));
    for (const [index, entry] of all.entries()) checks.read(entry, expected, values[index]);
    counts.push(`${tier.label} ${values.filter((value) => value !== undefined).length}`);
  }
  return counts.join(", ");
}

/** Nearest rank: the smallest value that `percentage` % of all do not exceed. */
export function percentile(sorted: readonly number[], percentage: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percentage) / 100) - 1)] ?? Number.NaN;
}

function tally(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
}

function duration(ms: number): string {
  return ms < 1 ? `${(ms * 1_000).toFixed(1)} µs` : `${ms.toFixed(1)} ms`;
}
