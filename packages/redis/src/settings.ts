import type { RedisOptions } from "ioredis";

/** What a client of ours tells ioredis. How that shapes replies decides about its types, and is left alone. */
export type Settings = Omit<RedisOptions, "replyMapping">;

/** Longest pause between two attempts to connect, in milliseconds. */
const MAX_PAUSE = 500;
/** How long a server may take to hang up once asked to, in milliseconds. */
const GOODBYE = 100;

export function pause(attempt: number): number {
  return Math.min(attempt * 50, MAX_PAUSE);
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
