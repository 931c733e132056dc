import { setTimeout as wait } from "node:timers/promises";
import { BackendError, outside } from "@hitbox/core";
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
  #opening: Promise<Run> | undefined;
  #run: Run | undefined;
  #isClosed = false;

  constructor(source: Source, table: string) {
    this.#source = source;
    this.#table = table;
  }

  async run(text: string, values?: readonly unknown[]): Promise<Answer> {
    if (this.#isClosed) throw new BackendError("closed", "the backend is closed");
    try {
      const run = this.#run ?? (await outside(() => this.#opened()));
      return await outside(() => run(text, values));
    } catch (error) {
      throw explained(error, this.#table);
    }
  }

  /** Ends the pool that this code has opened, and breaks connections that do not end in time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const pool = await this.#pool?.catch(() => undefined);
    if (pool === undefined) return;
    const ended = pool.end();
    const isEnded = await Promise.race([ended.then(() => true), wait(CLOSE_MS, false, { ref: false })]);
    if (!isEnded) pool.destroy();
  }

  #opened(): Promise<Run> {
    this.#opening ??= this.#open().then(
      (run) => {
        this.#run = run;
        return run;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  async #open(): Promise<Run> {
    const source = this.#source;
    if ("client" in source) return runOver(source.client);
    this.#pool = openPool(source);
    return runOver(await this.#pool);
  }
}
