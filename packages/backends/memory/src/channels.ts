import { channel } from "node:diagnostics_channel";
import type { BackendMessages, Subscribe } from "@hitbox/core";
import { type Publisher, subscribeTo as subscribeToAny } from "@hitbox/core/tier";
import type { MemoryStats } from "./memory-stats.ts";

/**
 * Published on `hitbox:memory:changed` when an entry was written or removed. One object for each memory
 * tier: keep a `WeakRef` of it, and ask for the numbers when they are needed.
 */
export interface MemoryMessage {
  /** Label of the memory tier. */
  readonly backend: string;
  /** The numbers of the tier now. */
  stats(): MemoryStats;
}

/** The channels of memory tiers and of backends, and their messages. */
export interface MemoryMessages extends BackendMessages {
  readonly "hitbox:memory:changed": MemoryMessage;
}

export const memoryChanges: Publisher = channel("hitbox:memory:changed");

/**
 * Calls `listener` with every message of a channel, for all memory tiers of the process. Returns the
 * function that ends it.
 *
 * @throws TypeError for a name that is no channel of hitbox.
 * @example
 * const entries: number[] = [];
 * const stop = subscribeTo("hitbox:memory:changed", ({ stats }) => entries.push(stats().entries));
 * await cacheBackend(memory({ maxEntries: 10 })).set("greeting", cacheValue("hello"));
 * stop();
 * entries; // [1]
 */
export const subscribeTo: Subscribe<MemoryMessages> = subscribeToAny;
