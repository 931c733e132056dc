import type { Origin } from "@hitbox/core";

/** Keys as `read` takes them, or all entries of this backend. */
export type Keys = readonly string[] | "all";

/**
 * How a command of this backend that changes entries has ended: `settled` (executed, or never will be),
 * `doubted` (no reply within the deadline, and it may still be executed) or, as a second message for a
 * doubted one, `late`.
 */
export type Ending = "settled" | "doubted" | "late";

/** Hears of the changes that this backend itself makes. */
export interface OwnChanges {
  /**
   * A command is about to be sent; it waits for the promise, if there is one. `ended` is called once for
   * it, or twice if it is in doubt meanwhile.
   */
  began(): Promise<void> | undefined;
  ended(keys: Keys, how: Ending, origin: Origin | undefined): void;
}
