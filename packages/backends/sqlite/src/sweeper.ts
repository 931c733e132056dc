import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { outside } from "./outside.ts";
import { STEP_ROWS } from "./table.ts";

const LONGEST_TIMER_MS = 0x7fff_ffff;

/** Removes expired entries, in steps between which everything else goes on. Keeps nothing alive. */
export class Sweeper {
  readonly #connection: Connection;
  readonly #now: Clock;
  #timer: NodeJS.Timeout | undefined;
  #sweep: Promise<void> | undefined;
  #isStopped = false;

  constructor(connection: Connection, now: Clock) {
    this.#connection = connection;
    this.#now = now;
  }

  start(interval: number): void {
    if (interval === Number.POSITIVE_INFINITY) return;
    const ms = Math.min(interval, LONGEST_TIMER_MS);
    this.#timer = outside(() => setInterval(() => void this.sweep(), ms).unref());
  }

  /** The sweep that is under way, or a new one. Never rejects: the next one tries again. */
  sweep(): Promise<void> {
    this.#sweep ??= this.#run()
      .catch(() => undefined)
      .finally(() => {
        this.#sweep = undefined;
      });
    return this.#sweep;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
  }

  /** One statement finds and removes an entry, so one that was written anew by then stays. */
  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const { changes } = this.#connection.once(({ sweep }) => sweep.run(this.#now()));
      if (Number(changes) < STEP_ROWS) return;
      await nextTurn(undefined, { ref: false });
    }
  }
}
