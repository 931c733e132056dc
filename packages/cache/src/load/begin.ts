import { type Beginner, InFlightLoad } from "./in-flight-load.ts";

/** Begins a load of the caller's key, which later callers join. `at` is the present `elapsed`, if known. */
export function begin<T>(caller: Beginner<T>, at?: number): InFlightLoad<T> {
  const { elapsed, keys } = caller.request.engine;
  const flight = new InFlightLoad(caller, keys.of(caller.key), at ?? elapsed());
  keys.begin(flight);
  if (!caller.isTimedByCall) flight.arm(flight.timeout);
  caller.join(flight);
  return flight;
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
  const { elapsed, keys } = caller.request.engine;
  const flight = new InFlightLoad(caller, keys.of(caller.key), elapsed());
  keys.beginApart(flight);
  if (!caller.isTimedByCall) flight.arm(flight.timeout);
  caller.join(flight);
  return flight;
}
