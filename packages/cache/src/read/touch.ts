import { type CacheValue, checkOption, type Lease, recover } from "@hitbox/core";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { decide } from "../policy/decide.ts";
import { type Duration, milliseconds } from "../policy/duration.ts";
import { type Ends, endsOf, notFoundPolicy, type Policy } from "../policy/policy.ts";
import { isWithin } from "./freshness.ts";
import { NOT_FOUND, type Reader } from "./reader.ts";

/** The lease of a key is asked for its fence alone. */
const LEASE_MS = 1;

/** The space that a key is touched in. */
interface Space {
  readonly engine: Engine;
  readonly policy: Policy;
  readonly reader: Reader<unknown>;
}

/** Makes the ends of an entry anew; undefined if it is to stay as it is. */
export type NewEnds = (entry: CacheValue<unknown>, now: number) => Ends | undefined;

/**
 * Begins the life of a fresh entry anew. False, and nothing is written, if there is none, if another process
 * is loading it, or if it is changed meanwhile: what was deleted or replaced does not come back.
 */
export async function touch(
  { engine, policy, reader }: Space,
  key: string,
  name: KeyInput,
  given: Duration | undefined,
): Promise<boolean> {
  const ttl = given === undefined ? undefined : milliseconds("ttl", given);
  if (ttl !== undefined)
    checkOption(ttl > 0, "ttl", given, "must be above 0: `expire` and `delete` end a life");
  const newEnds = (entry: CacheValue<unknown>, now: number): Ends | undefined =>
    ttl === undefined
      ? laterOf(entry, defaultEnds(engine, policy, entry, name, now))
      : endsOf({ ...policy, ttl }, now, engine.random);
  return recover(
    () => prolong({ engine, policy, reader }, key, newEnds),
    (error) => {
      engine.report("touch", key, error);
      if (policy.onBackendError === "throw") throw error;
      return false;
    },
  );
}

/** Writes a fresh entry back with new ends, unless it is changed meanwhile. Fails as the backend does. */
export async function prolong({ engine, reader }: Space, key: string, newEnds: NewEnds): Promise<boolean> {
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
  engine.tags.prolong(entry, life);
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
  if (found?.entry !== value || !isWithin(value, now(), 0)) return undefined;
  return newEnds(value, now());
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
function laterOf({ staleAt, expiresAt }: CacheValue<unknown>, ends: Ends | undefined): Ends | undefined {
  if (ends === undefined) return undefined;
  return { staleAt: later(staleAt, ends.staleAt), expiresAt: later(expiresAt, ends.expiresAt) };
}

/** Undefined: never. */
function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}
