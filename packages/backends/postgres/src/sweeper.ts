import type { Clock } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { outside } from "./outside.ts";
import { STEP_ROWS } from "./sql.ts";

const LONGEST_TIMER_MS = 0x7fff_ffff;

/** Milliseconds that an entry stays after its end, for processes whose clocks are behind this one's. */
export const CLOCK_MARGIN_MS = 60_000;

/** Removes expired entries, in steps. Several processes do it side by side. Keeps nothing alive. */
export class Sweeper {
  readonly #connection: Connection;
  readonly #statement: string;
  readonly #now: Clock;
  #timer: NodeJS.Timeout | undefined;
  #isSweeping = false;

  constructor(connection: Connection, statement: string, now: Clock) {
    this.#connection = connection;
    this.#statement = statement;
    this.#now = now;
  }

  start(interval: number): void {
    if (interval === Number.POSITIVE_INFINITY) return;
    const ms = Math.min(interval, LONGEST_TIMER_MS);
    this.#timer = outside(() => setInterval(() => void this.#sweep(), ms).unref());
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One at a time. Never rejects: the next one tries again. */
  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      while (this.#timer !== undefined && (await this.#step()) === STEP_ROWS);
    } catch {
    } finally {
      this.#isSweeping = false;
    }
  }

  async #step(): Promise<number> {
    return (await this.#connection.run(this.#statement, [this.#now() - CLOCK_MARGIN_MS])).count;
  }
}
