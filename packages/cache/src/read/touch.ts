import { type CacheValue, checkOption, type Lease, recover } from "@hitbox/core";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { decide } from "../policy/decide.ts";
import { type Duration, milliseconds } from "../policy/duration.ts";
import { type Ends, endsOf, notFoundPolicy, type Policy } from "../policy/policy.ts";
import { freshUntil, isWithin } from "./freshness.ts";
import { NOT_FOUND, type Reader } from "./reader.ts";

/** The lease of a key is asked for its fence alone. */
const LEASE_MS = 1;

/** The space that a key is touched in. */
export interface Touched {
  readonly engine: Engine;
  readonly policy: Policy;
  readonly reader: Reader<unknown>;
}

/** Makes the ends of an entry anew; undefined if it is to stay as it is. */
type NewEnds = (entry: CacheValue<unknown>, now: number) => Ends | undefined;

/**
 * Begins the life of a fresh entry anew. False, and nothing is written, if there is none, if another process
 * is loading it, or if it is changed meanwhile: what was deleted or replaced does not come back.
 */
export async function touch(
  { engine, policy, reader }: Touched,
  key: string,
  name: KeyInput,
  given: Duration | undefined,
): Promise<boolean> {
  const ttl = given === undefined ? undefined : milliseconds("ttl", given);
  if (ttl !== undefined)
    checkOption(ttl > 0, "ttl", given, "must be above 0: `expire` and `delete` end a life");
  const newEnds = (entry: CacheValue<unknown>, now: number): Ends | undefined => {
    if (!isWithin(entry, now, 0)) return undefined;
    if (ttl !== undefined) return endsOf({ ...policy, ttl }, now, engine.random);
    return laterOf(entry, defaultEnds(engine, policy, entry, name, now));
  };
  return recover(
    () => prolong({ engine, policy, reader }, key, newEnds),
    (error) => {
      engine.report("touch", key, error);
      if (policy.onBackendError === "throw") throw error;
      return false;
    },
  );
}

/** Writes an entry back with new ends, unless it is changed meanwhile. Fails as the backend does. */
export async function prolong({ engine, reader }: Touched, key: string, newEnds: NewEnds): Promise<boolean> {
  const { backend, now } = engine;
  if (backend.supports.lease !== true) return false;
  const lease = await engine.lease(key, LEASE_MS);
  const ends = await endsFor(lease, key, reader, newEnds, now);
  const { value } = lease;
  if (value === undefined || ends === undefined) {
    await engine.releaseLease(key, lease);
    return false;
  }
  const { data, createdAt, tags, loadMs } = value;
  const entry = { data, createdAt, ...ends, tags, loadMs };
  const life = (entry.expiresAt ?? Number.POSITIVE_INFINITY) - now();
  engine.noticeLife(life);
  if (!(await backend.setFenced(key, entry, lease.fence))) return false;
  engine.background("touch", key, () => engine.tags.prolong(entry, life));
  publish("touch", backend.label, key, () => ({ key }));
  return true;
}

async function endsFor(
  { granted, value }: Lease<unknown>,
  key: string,
  reader: Reader<unknown>,
  newEnds: NewEnds,
  now: () => number,
): Promise<Ends | undefined> {
  if (!granted || value === undefined) return undefined;
  const found = await reader.accept(key, value, undefined);
  return found?.entry === value ? newEnds(value, now()) : undefined;
}

/** Those of an entry that is set now with the options of the space. */
function defaultEnds(
  engine: Engine,
  policy: Policy,
  { data, tags }: CacheValue<unknown>,
  name: KeyInput,
  now: number,
): Ends | undefined {
  const isNotFound = tags?.includes(NOT_FOUND) === true;
  const own = isNotFound ? notFoundPolicy(policy) : decide(policy, data, name, engine.maxTags);
  return own && endsOf(own, now, engine.random);
}

/** No end comes sooner than it would have. */
function laterOf(entry: CacheValue<unknown>, ends: Ends | undefined): Ends | undefined {
  if (ends === undefined) return undefined;
  const fresh = Math.max(freshUntil(entry), freshUntil(ends));
  const end = Math.max(endOf(entry), endOf(ends));
  return {
    staleAt: Number.isFinite(fresh) && fresh !== end ? fresh : undefined,
    expiresAt: Number.isFinite(end) ? end : undefined,
  };
}

function endOf({ expiresAt = Number.POSITIVE_INFINITY }: Pick<CacheValue<unknown>, "expiresAt">): number {
  return expiresAt;
}
