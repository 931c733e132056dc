import { channel } from "node:diagnostics_channel";
import type { CacheValue } from "@hitbox/core";
import { type Publisher, Tallies } from "@hitbox/core/tier";
import type { CallTally } from "./stats/call-tally.ts";
import type { SpaceStats } from "./stats/space-stats.ts";

/** Published on `hitbox:cache:age` for one answer in 16. */
export interface AgeMessage {
  readonly cache: string;
  readonly entity: string;
  /** Milliseconds since the value was asked for where it comes from. */
  readonly ageMs: number;
}

interface Answering {
  readonly backend: { readonly label: string };
  readonly now: () => number;
}

type Entry = CacheValue<unknown> | undefined;

/** A look at the clock takes longer than a hit, so one answer speaks for the others. */
const AGE_EVERY = 16;

const ages: Publisher = channel("hitbox:cache:age");

const tallies = new Tallies<CallTally>("hitbox:cache:tally", (cache, entity) => ({
  ...{ cache, entity, hit: 0, stale: 0, miss: 0, collapsed: 0 },
  ...{ savedMs: 0, untimed: 0, untilAge: 0 },
}));

/** True if somebody counts calls. */
export const calls: Publisher = tallies.channel;

const COUNTED = { hit: "hits", stale: "stale", miss: "misses", collapsed: "collapsed" } as const;

/** Counts a call of the space. `entry` has answered it. `noted` is told how it was counted. */
export function count(
  engine: Answering,
  stats: SpaceStats,
  status: keyof typeof COUNTED,
  entry: Entry,
  noted?: { status: keyof typeof COUNTED | undefined } | undefined,
): void {
  if (noted) noted.status = status;
  stats[COUNTED[status]] += 1;
  if (calls.hasSubscribers) tallyCall(engine, stats, status, entry);
}

/** Counts a call for those who listen. */
export function tallyCall(
  engine: Answering,
  stats: SpaceStats,
  status: keyof typeof COUNTED,
  entry: Entry,
): void {
  stats.tally ??= tallies.of(engine.backend.label, stats.space.entity);
  const { tally } = stats;
  tally[status] += 1;
  if (status === "miss") return;
  if (entry?.loadMs === undefined) tally.untimed += 1;
  else tally.savedMs += entry.loadMs;
  if (tally.untilAge > 0) tally.untilAge -= 1;
  else if (entry !== undefined) tellAge(engine, tally, entry);
}

function tellAge({ now }: Answering, tally: CallTally, { createdAt }: CacheValue<unknown>): void {
  const { cache, entity } = tally;
  tally.untilAge = AGE_EVERY - 1;
  if (ages.hasSubscribers) ages.publish({ cache, entity, ageMs: now() - createdAt });
}
