import type { RedisOptions } from "ioredis";

/** What a client of ours tells ioredis. How that shapes replies decides about its types, and is left alone. */
export type Settings = Omit<RedisOptions, "replyMapping">;

/** Milliseconds between two attempts to connect, and how much longer it takes each time that one has failed. */
const STEP = 50;
/** The longest that gets, in milliseconds. */
const MAX_PAUSE = 500;
/** How long a server may take to hang up once asked to, in milliseconds. */
const GOODBYE = 100;

/**
 * How many milliseconds a client waits before it connects again, as ioredis asks for it: not at all where the connection has
 * held until now, since what was written just before it broke is still to be told; longer and longer from then on.
 */
export function pauses(clock: () => number = () => performance.now()): (attempt: number) => number {
  let last = Number.NEGATIVE_INFINITY;
  return (attempt) => {
    const now = clock();
    const apart = Math.min(Math.max(attempt - 1, 1) * STEP, MAX_PAUSE);
    last = Math.max(now, last + apart);
    return last - now;
  };
}

/** How many milliseconds a server may take to connect, and to answer anything at all, before it is connected to anew. */
export function patience(connecting: number, silence: number): Settings {
  return { connectTimeout: connecting, socketTimeout: silence, disconnectTimeout: GOODBYE };
}

/** Milliseconds of silence after which a server is taken for gone. */
export const SILENCE = 5_000;
/** The same where others may know of a successor by then. */
export const SHORT_SILENCE = 1_000;
/** Milliseconds that one of several who can tell where the servers are may take to answer. */
export const HINT = 500;
