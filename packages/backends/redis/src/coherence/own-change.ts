import type { Origin } from "@hitbox/core";
import type { Exchange } from "../connection.ts";

/** Keys as `read` takes them, or all of this backend. */
export type Keys = readonly string[] | "all";

/**
 * How a command of this backend's own that changes entries has ended: `settled` (executed, or never will be), `doubted`
 * (it has had no reply within the deadline, and may still be executed) or, once more and later, `late`.
 */
export type Ending = "settled" | "doubted" | "late";

/** Hears of this backend's own changes. */
export interface OwnChanges {
  /** A command has been sent; `ended` comes once, or twice where it is in doubt meanwhile. */
  began(): void;
  ended(keys: Keys, how: Ending, origin: Origin | undefined): void;
}

/** The same exchange, whose end is told. */
export function followed<T, R>(keys: Keys, exchange: Exchange<T, R>, changes: OwnChanges): Exchange<T, R> {
  const { origin } = exchange;
  let isSent = false;
  let isLost = false;
  return {
    ...exchange,
    send(client) {
      isSent = true;
      changes.began();
      const reply = exchange.send(client);
      const settle = (): void => changes.ended(keys, isLost ? "late" : "settled", origin);
      reply.then(settle, settle);
      return reply;
    },
    lost() {
      isLost = true;
      exchange.lost?.();
      if (isSent) changes.ended(keys, "doubted", origin);
    },
  };
}
