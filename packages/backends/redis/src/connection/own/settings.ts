import type { RedisOptions } from "ioredis";

/** Settings of a client of ours. `replyMapping` would decide about ioredis' types, and is left alone. */
export type Settings = Omit<RedisOptions, "replyMapping">;

/** Milliseconds that a server may take to hang up once it is asked to. */
const GOODBYE = 100;

/** Milliseconds for connecting, and for any answer at all before the connection is made anew. */
export function patience(connecting: number, silence: number): Settings {
  return { connectTimeout: connecting, socketTimeout: silence, disconnectTimeout: GOODBYE };
}

/** Milliseconds of silence after which a server counts as gone. */
export const SILENCE = 5_000;
/** The same if others may know of a successor by then. */
export const SHORT_SILENCE = 1_000;
/** Milliseconds for one of several servers that can tell where the data is. */
export const HINT = 500;

/**
 * Settings of every connection of ours: it needs no right but those of the commands that are sent, and
 * prints nothing.
 */
export const QUIET: Settings = {
  protocol: 2,
  enableReadyCheck: false,
  disableClientInfo: true,
};
