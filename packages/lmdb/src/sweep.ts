import { setImmediate as turn } from "node:timers/promises";
import type { Environment } from "./environment.ts";
import { endOfExpired, readExpiryRow } from "./expiry-row.ts";

/** Rows in one slice: some 2 ms of work, after which the event loop goes round. */
const SLICE = 500;

/**
 * Removes the entries that have expired at `now`, in slices. An entry that was written again, by whichever process,
 * has another expiry and stays: LMDB compares it in the same transaction. Resolves with the number of rows swept.
 */
export async function sweep(
  { entries, expiries }: Environment,
  now: number,
  isClosed: () => boolean,
): Promise<number> {
  let swept = 0;
  while (!isClosed()) {
    const rows = [...expiries.getKeys({ end: endOfExpired(now), limit: SLICE })].map((row) =>
      Buffer.from(row),
    );
    const removed = rows.map((row) => {
      const { expiresAt, key } = readExpiryRow(row);
      return Promise.all([entries.remove(key, expiresAt), expiries.remove(row)]);
    });
    await Promise.all(removed);
    swept += rows.length;
    if (rows.length < SLICE) break;
    await turn();
  }
  return swept;
}

/** Sweeps again and again, `interval` milliseconds after the end of the last sweep. Keeps no process alive. */
export class Sweeper {
  readonly #sweep: () => Promise<unknown>;
  readonly #interval: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> | undefined;

  constructor(interval: number, run: () => Promise<unknown>) {
    this.#interval = interval;
    this.#sweep = run;
    this.#arm();
  }

  /** Resolves when a sweep that was under way has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const running = this.#running;
    this.#running = undefined;
    await running;
  }

  #arm(): void {
    this.#timer = setTimeout(() => this.#run(), this.#interval);
    this.#timer.unref();
  }

  #run(): void {
    // A sweep that fails (a full disk, say) is tried again next time; reads do not depend on it.
    const running = this.#sweep().catch(() => undefined);
    this.#running = running;
    void running.then(() => {
      if (this.#running === running) this.#arm();
    });
  }
}
