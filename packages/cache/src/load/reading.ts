import { isUnreadable } from "@hitbox/core";
import { publish, publishRead, type RefreshMessage } from "../channels.ts";
import type { Entry, Found } from "../read/found.ts";
import { freshUntil, isDue, type Use, useOf } from "../read/freshness.ts";
import type { Records } from "../tags/tag-index.ts";
import { begin } from "./begin.ts";
import type { Caller } from "./caller.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { answerFound, load } from "./load.ts";
import { NOTHING } from "./origin.ts";
import { failureOf, isPausedFor } from "./pause.ts";
import { whenSettled } from "./when-settled.ts";

/** How often a load that changes overtake reads the tiers. */
const MOST_READS = 10;

// The first phase of a load: the tiers are read, and an entry that they have may be the answer.

/**
 * Answers a caller whose key is not being loaded, and whose entry is being read: begins a load with that
 * read. `records` of tags are read together with the entry.
 */
export function answerFromTiers<T>(caller: Caller<T>, entry: Promise<Entry>, records?: Records): void {
  const { policy, reader, signal } = caller.request;
  if (signal?.aborted) {
    entry.catch(ignore);
    caller.abort(signal.reason);
    return;
  }
  const flight = begin(caller, caller.began);
  const looked = records ?? reader.look(policy.tags);
  flight.records = looked;
  if (policy.answerWithin > 0) offerFirstTier(flight);
  entry
    .then((read) => (read === undefined ? undefined : reader.accept(flight.key, read, looked)))
    .then(
      (found) => arrived(flight, found),
      (error) => failedToRead(flight, error),
    );
}

/**
 * A stale entry of the first tier is the answer at once where a caller may have it: then the load is a
 * refresh.
 */
function offerFirstTier<T>(flight: InFlightLoad<T>): void {
  const { engine, reader } = flight.request;
  const peeked = engine.peek(flight.key, flight.request.context);
  if (peeked === undefined || engine.now() < freshUntil(peeked)) return;
  // The first tier did not answer with it: the read goes further.
  flight.hasReadShared = true;
  whenSettled(
    () => reader.accept(flight.key, peeked, undefined),
    (found) => {
      if (found && flight.isJoined && flight.phase === "reading") offer(flight, found);
    },
    ignore,
  );
}

/** Answers with what was found, or loads. */
export function arrived<T>(flight: InFlightLoad<T>, found: Found<T> | undefined): void {
  if (flight.phase === "done") return;
  const { engine, policy } = flight.request;
  const now = found === undefined ? 0 : engine.now();
  const use = found === undefined ? "none" : useOf(found.entry, now, policy);
  if (flight.state.flight !== flight && isOvertaken(flight, found, use)) return;
  const isPlain = use === "fresh" && policy.refreshAhead === undefined;
  if (found === undefined || !(isPlain || isEnough(flight, found, use, now))) loadAnew(flight, found, use);
  else {
    if (use === "stale") flight.offer(found);
    answerFound(flight, found, use);
  }
}

/** True if nothing has to be loaded, now or in the background. */
function isEnough<T>(flight: InFlightLoad<T>, { entry }: Found<T>, use: Use, now: number): boolean {
  const { engine, policy } = flight.request;
  if (use === "none" || policy.mode === "force-cache") return use !== "none";
  return use === "fresh" && (flight.isKept || !isDue(entry, now, policy.refreshAhead, engine.random));
}

/** Loads, as nothing or not enough was found. Callers who may have the older value are answered with it. */
export function loadAnew<T>(flight: InFlightLoad<T>, found: Found<T> | undefined, use: Use): void {
  if (found && isPausedFor(flight, found)) return;
  const { engine, context } = flight.request;
  const { key } = flight;
  if (context && use === "none") publishRead("miss", engine.backend.label, key, context);
  if (found) offer(flight, found);
  if (engine.isClosing) flight.fail(engine.closedError());
  else void load(flight);
}

/** The value is not there for a caller, or the tiers are away. */
export function failedToRead<T>(flight: InFlightLoad<T>, error: unknown): void {
  const { engine, policy } = flight.request;
  if (policy.onBackendError === "throw" && !isUnreadable(error)) {
    flight.fail(error);
    return;
  }
  engine.report("get", flight.key, error);
  flight.isAway ||= !isUnreadable(error);
  arrived(flight, undefined);
}

function offer<T>(flight: InFlightLoad<T>, found: Found<T>): void {
  const { engine } = flight;
  const { key, isKept } = flight;
  flight.offer(found);
  if (isKept || !flight.isKept || failureOf(flight, found)) return;
  const why: RefreshMessage["why"] = engine.now() < freshUntil(found.entry) ? "ahead" : "stale";
  publish("refresh", engine.backend.label, key, () => ({ key, why }));
}

/**
 * True if callers are answered by other means, since a change has ended the time of this load. An entry that
 * was read before the change is an answer for those who had asked by then. Otherwise a load that has begun
 * since is joined, or the tiers are read again. A load that changes keep overtaking runs for its own callers.
 */
function isOvertaken<T>(flight: InFlightLoad<T>, found: Found<T> | undefined, use: Use): boolean {
  const mayRead = flight.reads < MOST_READS;
  const newer = flight.state.newest as InFlightLoad<T> | undefined;
  const isAnswer = use !== "none" && (flight.missedChanges === 0 || !mayRead);
  if (found && isAnswer) answerFound(flight, found, use);
  else if (newer && newer !== flight) flight.follow(newer);
  else if (!flight.isAwaited) flight.succeed(undefined, NOTHING);
  else if (mayRead) readAgain(flight);
  else {
    if (flight.isCurrent) flight.restart();
    return false;
  }
  return true;
}

function readAgain<T>(flight: InFlightLoad<T>): void {
  const { engine, policy, reader } = flight.request;
  flight.reads += 1;
  flight.restart();
  const { key } = flight;
  whenSettled(
    () => reader.read(key, () => engine.read(key, flight.request.context), policy.tags),
    (found) => arrived(flight, found),
    (error) => failedToRead(flight, error),
  );
}

function ignore(): void {}
