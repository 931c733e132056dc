import type { Found } from "../read/found.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { NOTHING } from "./origin.ts";
import type { Failure } from "./retry-pauses.ts";

/** The failure because of which a source is not asked now, if an entry may be the answer in its place. */
export function failureOf<T>({ engine, key }: InFlightLoad<T>, { entry }: Found<T>): Failure | undefined {
  return engine.pauses.failureOf(key, entry.createdAt, engine.elapsed());
}

/**
 * Answers the callers who may have an older value, if the source has just failed. Returns whether no caller
 * is left who needs the load.
 */
export function isPausedFor<T>(flight: InFlightLoad<T>, found: Found<T>): boolean {
  const failure = failureOf(flight, found);
  if (failure === undefined) return false;
  flight.makeDoWith(found, failure.error);
  if (flight.isAwaited) return false;
  // Nothing to be done by a load that goes on without callers.
  flight.succeed(undefined, NOTHING);
  return true;
}
