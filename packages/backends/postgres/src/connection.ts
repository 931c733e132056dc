import { BackendError, outside } from "@hitbox/core";
import { endInTime, Opener } from "@hitbox/core/tier";
import { type Answer, type PostgresClient, type Run, runOver } from "./client.ts";
import { explained } from "./errors.ts";
import { openPool, type Pool, type PoolOptions } from "./pool.ts";

/** A client that somebody else has opened, or the address for a pool. */
export type Source = { readonly client: PostgresClient } | PoolOptions;

/** Longest that a close waits for a silent server, in milliseconds. */
const CLOSE_MS = 1_000;

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

  async run(text: string, values?: readonly unknown[]): Promise<Answer> {
    if (this.#isClosed) throw new BackendError("closed", "the backend is closed");
    try {
      const run = this.#opener.opened ?? (await outside(() => this.#opener.open()));
      return await outside(() => run(text, values));
    } catch (error) {
      throw explained(error, this.#table);
    }
  }

  /** Ends the pool that this code has opened, and breaks connections that do not end in time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const pool = await this.#pool?.catch(() => undefined);
    if (pool !== undefined) await endInTime(pool, CLOSE_MS);
  }

  async #open(): Promise<Run> {
    const source = this.#source;
    if ("client" in source) return runOver(source.client);
    this.#pool = openPool(source);
    return runOver(await this.#pool);
  }
}
