import { channel } from "node:diagnostics_channel";
import type { Subscribe } from "@hitbox/core";
import { type Publisher, subscribeTo as subscribeToAny } from "@hitbox/core/tier";
import type { OffloadMessages } from "./offload/channels.ts";

/**
 * Published on `hitbox:composition:refused` when an entry of L2 is not put into L1, though the policy wants
 * it.
 */
export interface RefusedRefillMessage {
  /** Label of the composition, such as `memory>redis`. */
  readonly composition: string;
  readonly key: string;
  /**
   * `changed`: the key was set or deleted while L2 was read; `outdated`: L2 may hold an older value, since
   * a write of the key has failed there; `stale`: the entry is not fresh any more.
   */
  readonly why: "changed" | "outdated" | "stale";
}

/**
 * Published on `hitbox:composition:coherence` when changes of others go unheard, and when they are heard
 * again.
 */
export interface CoherenceMessage {
  readonly composition: string;
  /**
   * `lost`: L1 is bypassed, and L2 answers; with `whenLost`, L1 answers on for its time, marked stale.
   * `restored`: L1 has been emptied, and is used.
   */
  readonly state: "lost" | "restored";
}

/** The channels of compositions, of their background work and of backends, and their messages. */
export interface CompositionMessages extends OffloadMessages {
  readonly "hitbox:composition:refused": RefusedRefillMessage;
  readonly "hitbox:composition:coherence": CoherenceMessage;
}

export const refusedRefills: Publisher = channel("hitbox:composition:refused");
export const coherenceChanges: Publisher = channel("hitbox:composition:coherence");

/**
 * Calls `listener` with every message of a channel, for all compositions of the process. Returns the function
 * that ends it.
 *
 * @throws TypeError for a name that is no channel of hitbox.
 * @example
 * const kinds: string[] = [];
 * const stop = subscribeTo("hitbox:offload:completed", ({ kind }) => kinds.push(kind));
 * const background = offload();
 * background.register({ kind: "warm-up", run: async () => {} });
 * await background.drain();
 * stop();
 * kinds; // ["warm-up"]
 */
export const subscribeTo: Subscribe<CompositionMessages> = subscribeToAny;
