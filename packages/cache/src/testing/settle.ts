import { setImmediate } from "node:timers";

/** Turns of the event loop that no chain of answers within a process takes. */
const TURNS = 20;

/** Taken as the module is loaded: a test may replace it by one that waits for the test's own time. */
const nextTurn = setImmediate;

/**
 * Lets all work go on that waits for nothing but its turn: background refreshes, refills and stores over
 * tiers in this process, with loaders that do so too. Takes no time of any clock, also under fake timers.
 * Work that waits for a timer, a socket or a file goes on without being waited for.
 */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => nextTurn(resolve));
}
