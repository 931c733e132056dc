import { type LoadMessage, publish } from "../channels.ts";
import { acquireLease } from "./acquire-lease.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import { LoadingContext } from "./loading-context.ts";
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
    if (found) flight.succeed(found.data);
    // Nobody waits for what it would load, and it would not be stored.
    else if (!flight.isCurrent && !flight.isAwaited) flight.succeed(undefined);
    else if (!flight.isDone) await callLoader(flight, context, lease?.fence);
  } catch (error) {
    flight.fail(error);
  }
}

async function callLoader<T>(
  flight: InFlightLoad<T>,
  context: LoadingContext<T>,
  fence: string | undefined,
): Promise<void> {
  const { beginner, engine, key, request } = flight;
  await context.ready();
  if (flight.isDone) return;
  const report = reporter(flight);
  flight.onFailure = (error) => report("failed", error);
  const createdAt = engine.now();
  const data = await beginner.load(context);
  const answer = data === undefined || flight.isDone ? undefined : await request.reader.toAnswer(key, data);
  // It may have been given up meanwhile, and its callers have heard of that.
  if (flight.isDone) return;
  flight.onFailure = undefined;
  const entry = context.entryOf(data, createdAt);
  // Its callers may be answered before it is stored.
  const outcome = engine.keys.during(flight.state, () => store(flight, entry, context.stamps, fence, answer));
  const storing = outcome.then(report, (error) => {
    report("unstored", error);
    if (request.policy.onBackendError === "throw") throw error;
  });
  engine.work.hold(storing);
  if (flight.isAway) storing.catch((error) => engine.report("set", key, error));
  else await storing;
  flight.succeed(answer);
}

function reporter<T>({
  engine,
  key,
}: InFlightLoad<T>): (outcome: LoadMessage["outcome"], error?: unknown) => void {
  const start = performance.now();
  return (outcome, error) =>
    publish("load", () => {
      const durationMs = performance.now() - start;
      return { cache: engine.backend.label, key, durationMs, outcome, error };
    });
}
