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

export type SwitchState = "on" | "off";

/** Published on `hitbox:switch:state` when a `switchable` backend is switched on or off. */
export interface SwitchMessage {
  /** Label of the wrapped backend, such as `redis`. */
  readonly backend: string;
  readonly state: SwitchState;
}

/**
 * The result of comparing the entries of a backend and of its candidate:
 *
 * - `same`: both have it, equal to the byte; or neither has it
 * - `different`: both have an entry, and they differ
 * - `missing`: the candidate has no entry
 * - `extra`: the candidate alone has one
 * - `failed`: the candidate has not answered the read
 */
export type ShadowOutcome = "same" | "different" | "missing" | "extra" | "failed";

/** Published on `hitbox:shadow:compared` when a read of a `shadow` was compared with its candidate. */
export interface ShadowMessage {
  /** Label of the backend that answers, such as `redis`. */
  readonly backend: string;
  /** Label of the candidate. */
  readonly candidate: string;
  /** The key as the store has it. */
  readonly key: string;
  readonly outcome: ShadowOutcome;
  /** True if the candidate has an entry. */
  readonly hit: boolean;
  /** Milliseconds of the candidate's read. */
  readonly durationMs: number;
  readonly error: unknown;
}

/** The channels of wrappers and of backends, and their messages. */
export interface WrapperMessages extends BackendMessages {
  readonly "hitbox:circuit:state": CircuitMessage;
  readonly "hitbox:switch:state": SwitchMessage;
  readonly "hitbox:shadow:compared": ShadowMessage;
}

export const circuitChanges: Publisher = channel("hitbox:circuit:state");
export const switchChanges: Publisher = channel("hitbox:switch:state");
export const shadowComparisons: Publisher = channel("hitbox:shadow:compared");

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
