import { channel } from "node:diagnostics_channel";
import type { BackendMessages, Subscribe } from "@hitbox/core";
import { subscribeTo as subscribeToAny } from "@hitbox/core/tier";

/** Published on `hitbox:offload:spawned`, `:completed`, `:failed`, `:timed-out` and `:deduplicated`. */
export interface OffloadMessage {
  /** What the task does, such as `read` or `write`. */
  readonly kind: string;
  readonly key: string | undefined;
  /** Tasks under way, after this event. */
  readonly inFlight: number;
  /** Since the task was spawned. 0 for `spawned` and `deduplicated`. */
  readonly durationMs: number;
  readonly error: unknown;
}

const EVENTS = ["spawned", "completed", "failed", "timed-out", "deduplicated"] as const;
export type OffloadEvent = (typeof EVENTS)[number];

/** The part of a channel that is used: users need not have the types of Node for it. */
interface Publisher {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

export const channels: Readonly<Record<OffloadEvent, Publisher>> = Object.fromEntries(
  EVENTS.map((event): [string, Publisher] => [event, channel(`hitbox:offload:${event}`)]),
) as Record<OffloadEvent, Publisher>;

/** The channels of background work and of backends, and their messages. */
export type OffloadMessages = BackendMessages &
  Readonly<Record<`hitbox:offload:${OffloadEvent}`, OffloadMessage>>;

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
export const subscribeTo: Subscribe<OffloadMessages> = subscribeToAny;
