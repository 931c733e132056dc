import { type TagState, tagStates } from "@hitbox/cache";
import {
  BackendError,
  type CacheValue,
  decodeLeased,
  type Freshness,
  freshness,
  type StoredValue,
  typedJson,
} from "@hitbox/core";
import { readAll } from "../store/entries.ts";
import type { Store, StoreTier } from "../store/store.ts";

/** An entry of one tier, and whether a cache would answer with it. */
export interface Explained {
  readonly tier: string;
  readonly state: Freshness | "missing" | "invalid" | "unreadable";
  /** The reason of the state, a sentence. */
  readonly why: string;
  readonly createdAt?: number | undefined;
  readonly ageMs?: number | undefined;
  readonly staleAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly loadMs?: number | undefined;
  readonly format?: string | undefined;
  readonly compressor?: string | undefined;
  /** Bytes of the payload, as it is stored. */
  readonly bytes?: number | undefined;
  readonly bytesBefore?: number | undefined;
  readonly lease?: { readonly until: number; readonly isHeld: boolean } | undefined;
  readonly tags?: readonly TagState[] | undefined;
  /** Typed JSON: JSON, in which types that JSON has not are marked. */
  readonly value?: unknown;
}

/** Looks at the entry of a key in one tier. Changes nothing: a lease is looked at, and not asked for. */
export async function explain(store: Store, tier: StoreTier, key: string, now: number): Promise<Explained> {
  const lease = await leaseOf(store, tier, key, now);
  try {
    const entry = await tier.typed.get<unknown>(key);
    const stored = tier.raw && (await readAll(tier.raw, [key]))[0]?.stored;
    const base = { tier: tier.label, lease };
    if (entry === undefined) return { ...base, ...missing(stored, lease, now) };
    const tags = await tagStates(tier.typed, entry.tags ?? []);
    const verdict = verdictOf(entry, tags, now);
    return { ...base, ...timesOf(entry, now), ...verdict, ...bytesOf(stored), tags, value: shown(entry) };
  } catch (error) {
    if (!BackendError.is(error) || error.retryable || error.code === "closed") throw error;
    return { tier: tier.label, state: "unreadable", why: `${error.code}: ${error.message}`, lease };
  }
}

function verdictOf(entry: CacheValue<unknown>, tags: readonly TagState[], now: number): Verdict {
  const invalid = tags.filter(({ state }) => state === "invalid");
  if (invalid.length > 0) {
    const why = `${names(invalid)}: invalidated since the entry was stored, or the record is lost`;
    return { state: "invalid", why };
  }
  const expired = tags.filter(({ state }) => state === "stale");
  if (expired.length > 0) {
    const staleAt = Math.min(...[entry, ...expired].map((one) => one.staleAt ?? Number.POSITIVE_INFINITY));
    return { state: "stale", why: `${names(expired)}: expired since it was stored`, staleAt };
  }
  const state = freshness(entry, now);
  return { state, why: state === "fresh" ? "no time has passed, no tag has changed" : "its time has passed" };
}

/** `staleAt`: where that is earlier than the entry's own. */
type Verdict = Pick<Explained, "state" | "why" | "staleAt">;

function names(tags: readonly TagState[]): string {
  return tags.map(({ kind, name }) => `${kind} "${name}"`).join(", ");
}

function missing(
  stored: StoredValue | undefined,
  lease: Explained["lease"],
  now: number,
): Partial<Explained> & Verdict {
  if (stored === undefined) {
    const why = lease?.isHeld
      ? "a process is loading it now"
      : "there is no entry. `hitbox keys` lists the keys as they are stored";
    return { state: "missing", why };
  }
  const times = { ...timesOf(stored, now), ...bytesOf(stored) };
  const isExpired = stored.expiresAt !== undefined && stored.expiresAt <= now;
  const why = isExpired ? "its end has passed" : "it was created more than a minute after now: check clocks";
  return { state: isExpired ? "expired" : "missing", why, ...times };
}

type Times = Omit<CacheValue<unknown>, "data" | "tags">;

function timesOf({ createdAt, staleAt, expiresAt, loadMs }: Times, now: number): Partial<Explained> {
  return { createdAt, ageMs: now - createdAt, staleAt, expiresAt, loadMs };
}

function bytesOf(stored: StoredValue | undefined): Partial<Explained> {
  if (stored === undefined) return {};
  const { format, compressor, payload, decodedBytes } = stored;
  return { format, compressor, bytes: payload.byteLength, bytesBefore: decodedBytes ?? payload.byteLength };
}

/** Of Redis alone: other stores show a lease only to a process that asks for it. */
async function leaseOf(
  { redis, prefix }: Store,
  { raw }: StoreTier,
  key: string,
  now: number,
): Promise<Explained["lease"]> {
  if (redis === undefined || raw === undefined) return undefined;
  const bytes = await redis.bytes(`${prefix}::${raw.keyFormat.encode(key)}`);
  const leased = bytes === null ? undefined : decodeLeased(bytes);
  return leased && { until: leased.until, isHeld: leased.until > now };
}

const FORMAT = typedJson();

/** Values that typed JSON refuses are shown as a text. */
function shown({ data }: CacheValue<unknown>): unknown {
  try {
    return JSON.parse(Buffer.from(FORMAT.serialize(data)).toString());
  } catch {
    return "(a value that JSON cannot show)";
  }
}
