import type { KeyStates } from "../keys/key-states.ts";
import type { Waits } from "./waits.ts";
import type { WorkUnderWay } from "./work-under-way.ts";

/** The parts of a cache that have work under way. */
interface Busy {
  readonly keys: KeyStates;
  readonly work: WorkUnderWay;
  readonly waits: Waits;
}

/** Resolves when no load, read, change or background work is under way. */
export async function untilIdle({ keys, waits, work }: Busy): Promise<void> {
  while (keys.flights.size + waits.size + work.size > 0)
    await Promise.all([loadsOf(keys), waits.idle(), work.idle()]);
}

/** Resolves when the loads that are under way now have ended. */
export async function loadsOf({ flights }: KeyStates): Promise<void> {
  await Promise.all(Array.from(flights, (flight) => new Promise<void>((end) => flight.whenEnded(end))));
}
