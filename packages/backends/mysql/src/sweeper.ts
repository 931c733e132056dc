import { type Clock, every } from "@hitbox/core";
import type { Connection } from "./connection.ts";
import { STEP_ROWS, type Statements } from "./sql.ts";

/** Milliseconds that an entry stays after its end, for processes whose clocks are behind this one's. */
const CLOCK_MARGIN_MS = 60_000;

/** Removes expired entries, in steps. Several processes do it side by side. Keeps nothing alive. */
export class Sweeper {
  readonly #connection: Connection;
  readonly #sql: Statements;
  readonly #now: Clock;
  #end: (() => void) | undefined;
  #isSweeping = false;
  #isStopped = false;

  constructor(connection: Connection, sql: Statements, now: Clock) {
    this.#connection = connection;
    this.#sql = sql;
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

  /**
   * Found without a lock, and removed in the order of their keys, as batches lock them. The number of rows
   * found.
   */
  async #step(): Promise<number> {
    const end = this.#now() - CLOCK_MARGIN_MS;
    const rows = (await this.#connection.run(this.#sql.expired, [end])).rows as { readonly key: Buffer }[];
    const keys = rows.map(({ key }) => key).sort(Buffer.compare);
    if (keys.length > 0) await this.#connection.run(this.#sql.sweep, [keys, end]);
    return keys.length;
  }
}
