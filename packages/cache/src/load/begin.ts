import { type Beginner, InFlightLoad } from "./in-flight-load.ts";

/** Begins a load of the caller's key, which later callers join. */
export function begin<T>(caller: Beginner<T>): InFlightLoad<T> {
  const { keys } = caller.request.engine;
  const flight = new InFlightLoad(caller, keys.of(caller.key));
  keys.begin(flight);
  return joined(flight, caller);
}

/** Begins a load that reads nothing. One that began before is not stored any more. */
export function beginAnew<T>(caller: Beginner<T>): InFlightLoad<T> {
  const { keys, now } = caller.request.engine;
  keys.of(caller.key).outdate();
  const flight = begin(caller);
  flight.notBefore = now();
  return flight;
}

/** Begins a load that nobody joins. */
export function beginApart<T>(caller: Beginner<T>): InFlightLoad<T> {
  const { keys } = caller.request.engine;
  const flight = new InFlightLoad(caller, keys.of(caller.key));
  keys.beginApart(flight);
  return joined(flight, caller);
}

function joined<T>(flight: InFlightLoad<T>, caller: Beginner<T>): InFlightLoad<T> {
  if (!caller.isTimedByCall) flight.arm();
  caller.join(flight);
  return flight;
}
