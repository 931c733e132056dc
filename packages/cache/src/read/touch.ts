import { type CacheValue, checkOption, isPromise, type Lease, recover } from "@hitbox/core";
import type { Turns } from "../at-most.ts";
import { publish } from "../channels.ts";
import type { Engine } from "../engine.ts";
import type { KeyInput } from "../keys/key-text.ts";
import { decide } from "../policy/decide.ts";
import { type Duration, milliseconds } from "../policy/duration.ts";
import { type Ends, endsOf, notFoundPolicy, type Policy } from "../policy/policy.ts";
import { bounded } from "./bounded.ts";
import { freshUntil, isWithinGrace } from "./freshness.ts";
import { NOT_FOUND, type Reader } from "./reader.ts";
import type { TouchKind } from "./touch-turns.ts";

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
  turns: Turns = (work) => work(),
): Promise<boolean> {
  const ttl = given === undefined ? undefined : milliseconds("ttl", given);
  if (ttl !== undefined)
    checkOption(ttl > 0, "ttl", given, "must be above 0: `expire` and `delete` end a life");
  const newEnds = (entry: CacheValue<unknown>, now: number): Ends | undefined => {
    if (!isWithinGrace(entry, now, 0)) return undefined;
    if (ttl !== undefined) return endsOf({ ...kindOf(policy, entry), ttl }, now, engine.random);
    return laterOf(entry, defaultEnds(engine, policy, entry, name, now));
  };
  return recover(
    () => turns(() => prolong({ engine, policy, reader }, key, ttl, newEnds)),
    (error) => {
      engine.report("touch", key, error);
      if (policy.onBackendError === "throw") throw error;
      return false;
    },
  );
}

/** Writes an entry back with new ends, unless it is changed meanwhile. Fails as the backend does. */
export async function prolong(
  touched: Touched,
  key: string,
  ttl: TouchKind["ttl"],
  newEnds: NewEnds,
): Promise<boolean> {
  const { engine, reader } = touched;
  if (engine.backend.supports.lease !== true) return false;
  return engine.touches.run(key, { reader, ttl }, () => writeBack(touched, key, newEnds));
}

async function writeBack(touched: Touched, key: string, newEnds: NewEnds): Promise<boolean> {
  const { engine } = touched;
  const { backend, now } = engine;
  const lease = await engine.lease(key, LEASE_MS);
  const ends = await endsFor(lease, key, touched, newEnds);
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
  { engine, policy, reader }: Touched,
  newEnds: NewEnds,
): Promise<Ends | undefined> {
  if (!granted || value === undefined) return undefined;
  const accepted = reader.accept(key, value, undefined);
  const { hardTimeout } = policy;
  const found = await (isPromise(accepted) ? bounded(engine.waits, key, hardTimeout, accepted) : accepted);
  return found?.entry === value ? newEnds(value, engine.now()) : undefined;
}

/** "Not found" has no stale windows and is not kept by reads, whatever its `ttl`. */
function kindOf(policy: Policy, { data, tags }: CacheValue<unknown>): Policy {
  const isNotFound = tags?.includes(NOT_FOUND) || policy.isNotFound?.(data);
  return isNotFound ? notFoundPolicy(policy) : policy;
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
