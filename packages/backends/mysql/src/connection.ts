import { setTimeout as wait } from "node:timers/promises";
import { BackendError, outside } from "@hitbox/core";
import { endInTime, Opener } from "@hitbox/core/tier";
import { type Answer, type MysqlClient, type Run, runOver } from "./client.ts";
import { explained, isDeadlock } from "./errors.ts";
import { openPool, type Pool, type PoolOptions } from "./pool.ts";

/** A client that somebody else has opened, or the address for a pool. */
export type Source = { readonly client: MysqlClient } | PoolOptions;

/** Longest that a close waits for a silent server, in milliseconds. */
const CLOSE_MS = 1_000;

/** Most times that a statement is sent which the server undoes for a deadlock. */
const MOST_TRIES = 8;

/** Longest pause after a deadlock, in milliseconds: at random, so that two do not meet again. */
const LONGEST_PAUSE_MS = 20;

/** The way to the server, opened by the first statement. */
export class Connection {
  readonly #source: Source;
  readonly #table: string;
  #pool: Promise<Pool> | undefined;
  readonly #opener: Opener<Run> = new Opener(() => this.#open());
  #isClosed = false;

  constructor(source: Source, table: string) {
    this.#source = source;
    this.#table = table;
  }

  async run(sql: string, values: readonly unknown[]): Promise<Answer> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#once(sql, values);
      } catch (error) {
        if (!isDeadlock(error) || tries === MOST_TRIES) throw explained(error, this.#table);
      }
      await wait(Math.random() * LONGEST_PAUSE_MS);
    }
  }

  /** Ends the pool that this code has opened, and breaks connections that do not end in time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const pool = await this.#pool?.catch(() => undefined);
    if (pool !== undefined) await endInTime(pool, CLOSE_MS);
  }

  async #once(sql: string, values: readonly unknown[]): Promise<Answer> {
    if (this.#isClosed) throw new BackendError("closed", "the backend is closed");
    const run = this.#opener.opened ?? (await outside(() => this.#opener.open()));
    return outside(() => run(sql, values));
  }

  async #open(): Promise<Run> {
    const source = this.#source;
    if ("client" in source) return runOver(source.client);
    this.#pool = openPool(source);
    const pool = await this.#pool;
    return (sql, values) => pool.run(sql, values);
  }
}
