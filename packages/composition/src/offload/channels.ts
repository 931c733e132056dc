import { channel } from "node:diagnostics_channel";
import type { BackendMessages } from "@hitbox/core";

/** Published on `hitbox:offload:spawned`, `:completed`, `:failed`, `:timed-out` and `:deduplicated`. */
export interface OffloadMessage {
  /** Kind of the task, such as `read` or `write`. */
  readonly kind: string;
  readonly key: string | undefined;
  /** Tasks under way, after this event. */
  readonly inFlight: number;
  /** Since the task was spawned. 0 for `spawned` and `deduplicated`. */
  readonly durationMs: number;
  /** False for `spawned`, `deduplicated`, and for a `timed-out` task that goes on. */
  readonly isOver: boolean;
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
