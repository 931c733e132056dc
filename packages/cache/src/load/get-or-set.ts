import { type CacheValue, isPromise, type MaybePromise } from "@hitbox/core";
import type { Entry, Found } from "../read/found.ts";
import { isDue, isWithinGrace, type Use, useOf } from "../read/freshness.ts";
import type { Records } from "../tags/tag-index.ts";
import { begin } from "./begin.ts";
import type { Caller } from "./caller.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { answerFromTiers, arrived, failedToRead, loadAnew } from "./reading.ts";
import type { Request } from "./request.ts";
import { whenSettled } from "./when-settled.ts";

/** Answers a caller whose key is not being loaded. `entry` has been read for it, or is being read. */
export function answerFrom<T>(caller: Caller<T>, entry: MaybePromise<Entry>, records?: Records): void {
  if (isPromise(entry)) answerFromTiers(caller, entry, records);
  else answerFromFirstTier(caller, entry);
}

/** Answers a caller whose key is being loaded by `flight`. */
export function answerFromLoad<T>(caller: Caller<T>, flight: InFlightLoad<T>): void {
  const { signal } = caller.request;
  if (signal?.aborted) caller.abort(signal.reason);
  else if (flight.isKept && !flight.isAbandoned) makeDo(caller);
  else caller.join(flight);
}

/** The entry is here: the first tier has answered, or there is none. */
export function answerFromFirstTier<T>(caller: Caller<T>, entry: Entry): void {
  const { context, reader, signal } = caller.request;
  if (signal?.aborted) {
    caller.abort(signal.reason);
    return;
  }
  let found: MaybePromise<Found<T> | undefined>;
  try {
    found = reader.accept(caller.key, entry, undefined, context);
  } catch (error) {
    failedToRead(begin(caller, caller.began), error);
    return;
  }
  if (isPromise(found)) {
    const flight = begin(caller, caller.began);
    found.then(
      (read) => arrived(flight, read),
      (error) => failedToRead(flight, error),
    );
  } else if (found) answerWith(caller, found);
  else loadAnew(begin(caller, caller.began), undefined, "none");
}

/** Answers with the first tier's entry, or begins a load: the value is too old for this call, or due. */
function answerWith<T>(caller: Caller<T>, found: Found<T>): void {
  const { engine, policy } = caller.request;
  const now = engine.now();
  const use = useOf(found.entry, now, policy);
  if (isFreshEnough(caller.request, found.entry, use, now)) caller.take(found, "revalidate");
  else loadAnew(begin(caller, caller.began), found, use);
}

/** True if nothing has to be loaded, now or in the background. */
function isFreshEnough<T>(
  { engine, policy }: Request<T>,
  entry: CacheValue<unknown>,
  use: Use,
  now: number,
): boolean {
  const { mode, refreshAhead } = policy;
  if (mode === "force-cache") return use !== "none";
  return use === "fresh" && !isDue(entry, now, refreshAhead, engine.random);
}

/**
 * While the key is loaded in the background: with the first tier's entry, or with one that is read beside the
 * load.
 */
function makeDo<T>(caller: Caller<T>): void {
  const { engine, policy, reader } = caller.request;
  const peeked = policy.answerWithin > 0 ? engine.peek(caller.key, caller.request.context) : undefined;
  if (peeked === undefined) {
    readBeside(caller);
    return;
  }
  caller.waitAlone();
  whenSettled(
    () => reader.accept(caller.key, peeked, undefined),
    (found) => takeIfUsable(caller, found) || readBeside(caller),
    () => readBeside(caller),
  );
}

function readBeside<T>(caller: Caller<T>): void {
  const { engine, policy, reader } = caller.request;
  const { key } = caller;
  caller.waitAlone();
  whenSettled(
    () => reader.read(key, () => engine.read(key, caller.request.context), policy.tags),
    (found) => takeIfUsable(caller, found) || joinOrBegin(caller, found),
    (error) => {
      if (policy.onBackendError === "throw") caller.failed(error, undefined);
      else joinOrBegin(caller, engine.report("get", key, error));
    },
  );
}

function takeIfUsable<T>(caller: Caller<T>, found: Found<T> | undefined): boolean {
  const { engine, policy } = caller.request;
  if (caller.isOver) return true;
  const { answerWithin, maxAge } = policy;
  if (!found || !isWithinGrace(found.entry, engine.now(), answerWithin, maxAge)) return false;
  caller.take(found, "revalidate");
  return true;
}

/** The load that the caller has looked for an entry beside may have ended since. */
function joinOrBegin<T>(caller: Caller<T>, found: Found<T> | undefined): void {
  const flight = caller.request.engine.joinable(caller.key);
  if (flight) caller.join(flight as InFlightLoad<T>);
  else arrived(begin(caller), found);
}
