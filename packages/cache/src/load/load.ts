import { isPromise, type MaybePromise } from "@hitbox/core";
import { handOver } from "../close/hand-over.ts";
import type { KeyLoad } from "../keys/key-state.ts";
import type { Found } from "../read/found.ts";
import type { Use } from "../read/freshness.ts";
import { acquireLease } from "./acquire-lease.ts";
import { begin } from "./begin.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { LoaderRun } from "./loader-run.ts";
import { LoadingContext } from "./loading-context.ts";
import { NOTHING } from "./origin.ts";
import { store } from "./store.ts";

/**
 * The second and third phase of a load: asks for the lease, calls the loader and stores its answer. In this
 * process the loader runs for one caller of the key; under a lease, for one among all processes that share
 * the backend.
 */
export async function load<T>(flight: InFlightLoad<T>): Promise<void> {
  flight.startLoading();
  try {
    const context = new LoadingContext(flight);
    const { found, lease } = await acquireLease(flight);
    // A reload may have joined it since.
    if (found && !flight.isTooOld(found.entry)) {
      flight.source = "process";
      answerFound(flight, found, "fresh");
      // Else nobody waits for what it would load, and it would not be stored.
    } else if (!flight.isCurrent && !flight.isAwaited) flight.succeed(undefined, NOTHING);
    else if (flight.phase !== "done") {
      const ready = context.ready();
      if (ready !== undefined) await ready;
      // It may have ended meanwhile, which the compiler does not see.
      if ((flight.phase as KeyLoad["phase"]) === "done") return;
      const run = new LoaderRun(flight);
      // Within the context of its trace, if it has one.
      if (run.activity) await run.activity.run(() => callLoader(flight, run, context, lease?.fence));
      else void callLoader(flight, run, context, lease?.fence);
    }
  } catch (error) {
    failed(flight, error);
  }
}

function failed<T>(flight: InFlightLoad<T>, error: unknown): void {
  flight.noteFailure(error);
  flight.fail(error);
}

/** Answers with the entry of a tier. Callers for whom it is too old load the value. */
export function answerFound<T>(flight: InFlightLoad<T>, found: Found<T>, use: Use): void {
  const isFresh = use === "fresh" && !found.entry.isBehind;
  for (const caller of flight.succeed(found.data, { entry: found.entry, isFresh, loaded: undefined })) {
    const newer = flight.engine.joinable(flight.key) as InFlightLoad<T> | undefined;
    if (newer) caller.join(newer);
    else void load(begin(caller));
  }
}

async function callLoader<T>(
  flight: InFlightLoad<T>,
  run: LoaderRun<T>,
  context: LoadingContext<T>,
  fence: string | undefined,
): Promise<void> {
  try {
    const data = await flight.beginner.load(context);
    const answer = answerOf(flight, context, data);
    const own = isPromise(answer) ? await answer : answer;
    // It may have been given up meanwhile, and its callers have heard of that.
    if (flight.phase === "done") return;
    const { kept } = context;
    run.succeed(context.entryOf(kept ? flight.request.reader.toLoaded(kept) : data, run.stop()));
    await storeAnswer(flight, run, context, fence, own);
    if (!flight.isAway) flight.sent = undefined;
    flight.succeed(own, run);
  } catch (error) {
    failed(flight, error);
  }
}

/** The value as a hit returns it. */
function answerOf<T>(
  { phase, key, request: { reader } }: InFlightLoad<T>,
  { kept }: LoadingContext<T>,
  data: T | undefined,
): MaybePromise<T | undefined> {
  if (kept) return reader.ownOf(kept.data);
  return data === undefined || phase === "done" ? undefined : reader.toAnswer(key, data);
}

/** True if the answer has been stored. Nobody waits for a store that is away. */
function storeAnswer<T>(
  flight: InFlightLoad<T>,
  run: LoaderRun<T>,
  context: LoadingContext<T>,
  fence: string | undefined,
  answer: T | undefined,
): Promise<boolean> | boolean {
  const { engine, key } = flight;
  const lease = flight.startStoring(answer, run);
  const storing = store(flight, run.entry, context, fence, lease).then(run.stored, run.unstored);
  flight.sent = storing;
  flight.afterwards.push(storing);
  if (!flight.isAway) return storing;
  storing.catch((error) => engine.report("set", key, error));
  handOver(engine, flight.request.policy, key, storing);
  return false;
}
