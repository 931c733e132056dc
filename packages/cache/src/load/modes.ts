import type { MaybePromise } from "@hitbox/core";
import type { Entry } from "../read/found.ts";
import { isWithinGrace } from "../read/freshness.ts";
import { beginAnew, beginApart } from "./begin.ts";
import type { Caller } from "./caller.ts";
import { answerFrom, answerFromLoad } from "./get-or-set.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { load } from "./load.ts";
import { whenSettled } from "./when-settled.ts";

/** Answers a caller as its mode says. `read` reads the entry of its key. */
export function answer<T>(caller: Caller<T>, read: () => MaybePromise<Entry>): void {
  const { policy, signal } = caller.request;
  if (signal?.aborted) caller.abort(signal.reason);
  else if (policy.mode === "only-if-cached") answerIfCached(caller);
  else if (policy.mode === "no-store") void load(beginApart(caller));
  else if (policy.mode === "reload") reload(caller);
  else {
    const flight = joinable(caller);
    if (flight) answerFromLoad(caller, flight);
    else answerFrom(caller, read());
  }
}

/** The load that a caller joins. One whose value would be too old for it is outdated. */
function joinable<T>({ request, key }: Caller<T>): InFlightLoad<T> | undefined {
  const { engine, policy } = request;
  const flight = engine.joinable(key);
  if (flight === undefined || engine.elapsed() - flight.began <= policy.maxAge)
    return flight as InFlightLoad<T> | undefined;
  flight.state.outdate();
  return undefined;
}

/**
 * A reload that has not called its loader yet is as new as one that begins now, if no other process' value is
 * its answer that is older.
 */
function reload<T>(caller: Caller<T>): void {
  const { engine } = caller.request;
  const flight = engine.joinable(caller.key) as InFlightLoad<T> | undefined;
  if (flight?.notBefore === undefined || flight.hasCalledLoader) {
    void load(beginAnew(caller));
    return;
  }
  flight.notBefore = engine.now();
  caller.join(flight);
}

function answerIfCached<T>(caller: Caller<T>): void {
  const { engine, policy, reader } = caller.request;
  const { key } = caller;
  caller.waitAlone();
  whenSettled(
    () => reader.read(key, () => engine.read(key, caller.request.context), policy.tags),
    (found) => {
      const { answerWithin, maxAge } = policy;
      if (found && isWithinGrace(found.entry, engine.now(), answerWithin, maxAge))
        caller.take(found, "revalidate");
      else caller.notCached();
    },
    (error) => {
      engine.report("get", key, error);
      if (policy.onBackendError === "throw") caller.failed(error, undefined);
      else caller.notCached();
    },
  );
}
