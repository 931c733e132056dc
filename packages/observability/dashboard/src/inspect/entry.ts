import {
  BackendError,
  type CacheValue,
  type Clock,
  cacheContext,
  freshness,
  type TierOutcome,
} from "@hitbox/core";
import { type Preview, previewOf } from "./preview.ts";
import type { Source } from "./sources.ts";

interface TierRow {
  readonly tier: string;
  readonly status: string;
  readonly durationMs: number;
  readonly code?: string | undefined;
}

/** The facts of an entry. Its value is there only if the dashboard shows values. */
export interface EntryReport {
  readonly key: string;
  readonly isFound: boolean;
  /** `invalid`: one of its tags was invalidated, so that a cache takes it for missing. */
  readonly state?: "fresh" | "stale" | "expired" | "invalid" | undefined;
  /** Label path of the tier that answered. */
  readonly source?: string | undefined;
  readonly createdAt?: number | undefined;
  readonly staleAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly loadMs?: number | undefined;
  readonly tags: readonly string[];
  readonly tiers: readonly TierRow[];
  readonly value?: Preview | undefined;
}

interface Inspection {
  readonly source: Source;
  readonly key: string;
  readonly showsValues: boolean;
  readonly now: Clock;
}

/** Reads an entry, and tells of it. A composition may refill its first tier, as for other reads. */
export async function entryReport({ key, now, showsValues, source }: Inspection): Promise<EntryReport> {
  const context = cacheContext();
  const entry = await source.tier.get<unknown>(key, context);
  const tiers = context.tiers.filter(({ operation }) => operation === "read").map(rowOf);
  if (entry === undefined) return { key, isFound: false, tags: [], tiers };
  const state = await stateOf(entry, source, now());
  return { key, isFound: true, state, source: context.source, tiers, ...factsOf(entry, showsValues) };
}

async function stateOf(
  entry: CacheValue<unknown>,
  { judgeTags }: Source,
  now: number,
): Promise<EntryReport["state"]> {
  const verdict = await judgeTags(entry);
  return verdict === "valid" ? freshness(entry, now) : verdict;
}

function factsOf(entry: CacheValue<unknown>, showsValues: boolean) {
  const { createdAt, data, expiresAt, loadMs, staleAt, tags = [] } = entry;
  // Tags that begin with % are marks of the cache itself.
  const names = tags.filter((tag) => !tag.startsWith("%"));
  return {
    createdAt,
    expiresAt,
    loadMs,
    staleAt,
    tags: names,
    ...(showsValues && { value: previewOf(data) }),
  };
}

function rowOf({ durationMs, error, status, tier }: TierOutcome): TierRow {
  return { tier, status, durationMs, ...(BackendError.is(error) && { code: error.code }) };
}
