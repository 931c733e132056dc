import { type Clock, every } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { STEP_ROWS } from "./sql.ts";

/** Milliseconds that an entry stays after its end, for processes whose clocks are behind this one's. */
export const CLOCK_MARGIN_MS = 60_000;

/** Removes expired entries, in steps. Several processes do it side by side. Keeps nothing alive. */
export class Sweeper {
  readonly #connection: Connection;
  readonly #statement: string;
  readonly #now: Clock;
  #end: (() => void) | undefined;
  #isSweeping = false;
  #isStopped = false;

  constructor(connection: Connection, statement: string, now: Clock) {
    this.#connection = connection;
    this.#statement = statement;
    this.#now = now;
  }

  start(interval: number): void {
    this.#end = every(interval, () => void this.#sweep());
  }

  stop(): void {
    this.#isStopped = true;
    this.#end?.();
  }

  /** One at a time. Never rejects: the next one tries again. */
  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      while (!this.#isStopped && (await this.#step()) === STEP_ROWS);
    } catch {
    } finally {
      this.#isSweeping = false;
    }
  }

  async #step(): Promise<number> {
    return (await this.#connection.run(this.#statement, [this.#now() - CLOCK_MARGIN_MS])).count;
  }
}
