import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, every } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { STEP_ROWS } from "./table.ts";

/** Removes expired entries, in steps between which everything else goes on. Keeps nothing alive. */
export class Sweeper {
  readonly #connection: Connection;
  readonly #now: Clock;
  #end: (() => void) | undefined;
  #sweep: Promise<void> | undefined;
  #isStopped = false;

  constructor(connection: Connection, now: Clock) {
    this.#connection = connection;
    this.#now = now;
  }

  start(interval: number): void {
    this.#end = every(interval, () => void this.sweep());
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

  stop(): void {
    this.#isStopped = true;
    this.#end?.();
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
