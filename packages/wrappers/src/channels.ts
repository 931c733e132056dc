import { channel } from "node:diagnostics_channel";
import type { BackendMessages, Subscribe } from "@hitbox/core";
import { type Publisher, subscribeTo as subscribeToAny } from "@hitbox/core/tier";

/** `half-open`: one operation is under way to see whether the store is back. */
export type CircuitState = "closed" | "open" | "half-open";

/** Published on `hitbox:circuit:state` when a circuit opens, lets a probe through, or closes. */
export interface CircuitMessage {
  /** Label of the wrapped backend, such as `redis`. */
  readonly backend: string;
  readonly state: CircuitState;
}

/** The channels of wrappers and of backends, and their messages. */
export interface WrapperMessages extends BackendMessages {
  readonly "hitbox:circuit:state": CircuitMessage;
}

export const circuitChanges: Publisher = channel("hitbox:circuit:state");

/**
 * Calls `listener` with every message of a channel, for all wrappers of the process. Returns the function
 * that ends it.
 *
 * @throws TypeError for a name that is no channel of hitbox.
 * @example
 * const stop = subscribeTo("hitbox:circuit:state", ({ backend, state }) => console.log(backend, state));
 * stop();
 */
export const subscribeTo: Subscribe<WrapperMessages> = subscribeToAny;
