import { type CacheValue, isUnreadable, type Lease, recover } from "@hitbox/core";
import type { Found } from "../read/found.ts";
import { isWithinGrace } from "../read/freshness.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { LeaseWait } from "./lease-wait.ts";

/**
 * Pauses between looks at a lease that another process holds, in milliseconds: each half as long again as the
 * last.
 */
const FIRST_LOOK_MS = 10;
const LONGEST_LOOK_MS = 250;

/** A load may go on, or need not: another process has stored a value meanwhile. */
export interface Turn<T> {
  /** For `setFenced`. Undefined without leases, or if the backend did not answer. */
  readonly lease?: Lease<unknown> | undefined;
  readonly found?: Found<T> | undefined;
}

const NO_LEASE: Turn<never> = {};

/**
 * Resolves when the load may call its loader, with the lease of the key if the backend has leases; or when it
 * need not.
 */
export async function acquireLease<T>(flight: InFlightLoad<T>): Promise<Turn<T>> {
  const { engine, beginner, request } = flight;
  const { lease: ms } = request.policy;
  if (flight.isAway || request.policy.mode === "no-store") return NO_LEASE;
  if (ms === false || !engine.hasLeases) return lookBeyondFirstTier(flight);
  let wait: LeaseWait<T> | undefined;
  for (let pause = FIRST_LOOK_MS; flight.phase !== "done"; pause = Math.min(pause * 1.5, LONGEST_LOOK_MS)) {
    const missed = flight.missedChanges;
    const asked = engine.lease(flight.key, ms, request.context).catch((error) => refused(flight, error));
    flight.sent = asked;
    const lease = await asked;
    flight.sent = undefined;
    if (lease === undefined) break;
    if (lease.granted) flight.holdLease(lease);
    const isAsRead = flight.missedChanges === missed;
    const found = lease.value && isAsRead ? await newerIn(flight, lease.value) : undefined;
    // If there is a value to be replaced, it is of a tier that has missed that there is none.
    if (lease.value === undefined) flight.isSpareOutdated = flight.spare !== undefined;
    if (found && flight.missedChanges === missed) {
      wait?.end("answered");
      return lease.granted ? { found, lease } : { found };
    }
    if (lease.granted || (wait && wait.pausedMs >= ms)) {
      wait?.end(lease.granted ? "granted" : "passed");
      return { lease };
    }
    beginner.waitsForOthers();
    wait ??= new LeaseWait(flight);
    await wait.pause(pause);
  }
  wait?.end("ended");
  return NO_LEASE;
}

/** The tiers gave no answer: the load goes on without a lease, or fails if its caller wants that. */
function refused<T>(flight: InFlightLoad<T>, error: unknown): undefined {
  if (flight.request.policy.onBackendError === "throw" && !isUnreadable(error)) throw error;
  flight.isAway = true;
  return flight.engine.report("lease", flight.key, error);
}

/**
 * A refresh without leases: what was found may be of a tier that has missed another process's newer value.
 */
async function lookBeyondFirstTier<T>(flight: InFlightLoad<T>): Promise<Turn<T>> {
  const { engine, key } = flight;
  if (!flight.isKept || flight.hasReadShared || engine.isItsOwnShared) return NO_LEASE;
  const missed = flight.missedChanges;
  const entry = await recover(
    async () => engine.getShared(key),
    (error) => engine.report("get", key, error),
  );
  if (entry === undefined) flight.isSpareOutdated = flight.spare !== undefined;
  // It may be from before a change that has ended since.
  if (entry === undefined || flight.missedChanges !== missed) return NO_LEASE;
  const found = await newerIn(flight, entry);
  return flight.missedChanges === missed ? { found } : NO_LEASE;
}

/**
 * The entry of the shared tiers if it is an answer. Notes whether they still have the value to be replaced.
 */
async function newerIn<T>(
  flight: InFlightLoad<T>,
  entry: CacheValue<unknown>,
): Promise<Found<T> | undefined> {
  const found = await freshIn(flight, entry);
  flight.isSpareOutdated = entry.createdAt !== flight.spare?.entry.createdAt;
  return found;
}

/**
 * The entry if it is fresh, and newer than the one that this load replaces. A newer stale one replaces that.
 */
async function freshIn<T>(
  flight: InFlightLoad<T>,
  entry: CacheValue<unknown>,
): Promise<Found<T> | undefined> {
  const { engine, key, request, spare } = flight;
  if (!flight.isCurrent) return undefined;
  if (spare && entry.createdAt <= spare.entry.createdAt) return undefined;
  if (flight.isTooOld(entry)) return undefined;
  const missed = flight.missedChanges;
  const found = await recover(
    () => request.reader.accept(key, entry, undefined),
    (error) => engine.report("get", key, error),
  );
  const { maxAge } = request.policy;
  const isAnswer = found && isWithinGrace(found.entry, engine.now(), 0, maxAge) && !flight.isTooOld(entry);
  if (isAnswer) return found;
  if (found && flight.missedChanges === missed) flight.spare = found;
  return undefined;
}
