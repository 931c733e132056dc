import type { MaybePromise } from "@hitbox/core";

/** `fenced`: a set that its store may refuse. */
export type Kind = "set" | "fenced" | "delete";

/** The identity of a write. */
export interface Sent {
  readonly kind: Kind | "hold";
  /** The value to set. */
  readonly value?: object | undefined;
}

/** One write, as a tier is given it. */
export interface Write extends Sent {
  readonly kind: Kind;
  readonly run: () => MaybePromise<unknown>;
  /**
   * Hears that the write was not sent, when that is settled: with the error if an earlier one failed it, or
   * if the later one that made it pointless has failed.
   */
  readonly skip?: ((error?: unknown) => void) | undefined;
}
