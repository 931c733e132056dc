import { channel } from "node:diagnostics_channel";
import type { DeleteStatus } from "../delete-status.ts";
import type { Publisher } from "../publisher.ts";
import type { Purpose } from "../purpose.ts";
import type { Subscribe } from "../subscribe-to.ts";
import { subscribeTo as subscribeToAny } from "../subscribe-to.ts";
import type { ReadTally } from "./read-tallies.ts";

/**
 * Published on `hitbox:backend:read`, `:write` and `:remove` when the operation has ended. `:fetch` has the
 * reads without the hits of values that stay in the process, which `hitbox:backend:tally` counts.
 */
export interface BackendMessage {
  /** Label path, such as `memory>redis.redis`. */
  readonly backend: string;
  /** The key as the store has it, without the adapter's own prefix. */
  readonly key: string;
  /** The reason of the operation. Count `value` alone for the reads and writes of callers. */
  readonly purpose: Purpose;
  /** 0 for a hit in memory, which takes less than a look at the clock. */
  readonly durationMs: number;
  /** Stored payload bytes read or written; undefined for live values, misses and failures. */
  readonly bytes: number | undefined;
  /** Reads only. */
  readonly hit?: boolean | undefined;
  /** Removes only. */
  readonly removed?: DeleteStatus | undefined;
  readonly error: unknown;
}

/** Published on `hitbox:backend:serialize`, `:deserialize`, `:compress` and `:decompress`. */
export interface CodecMessage {
  readonly backend: string;
  /** Id of the format or compressor. */
  readonly codec: string;
  readonly durationMs: number;
  readonly error: unknown;
}

/** Published on `hitbox:backend:age` for one hit in 64. */
export interface BackendAgeMessage {
  /** Label path of the backend. */
  readonly backend: string;
  /** Milliseconds since the value of the entry was asked for where it comes from. */
  readonly ageMs: number;
}

/** The channels of every backend, and their messages. */
export interface BackendMessages {
  readonly "hitbox:backend:read": BackendMessage;
  readonly "hitbox:backend:fetch": BackendMessage;
  readonly "hitbox:backend:tally": ReadTally;
  readonly "hitbox:backend:age": BackendAgeMessage;
  readonly "hitbox:backend:write": BackendMessage;
  readonly "hitbox:backend:remove": BackendMessage;
  readonly "hitbox:backend:serialize": CodecMessage;
  readonly "hitbox:backend:deserialize": CodecMessage;
  readonly "hitbox:backend:compress": CodecMessage;
  readonly "hitbox:backend:decompress": CodecMessage;
}

/**
 * Calls `listener` with every message of a backend's channel, for all backends of the process. Returns the
 * function that ends it. An error that `listener` throws is an uncaught exception of the process.
 *
 * @throws TypeError for a name that is no channel of hitbox.
 * @example
 * const keys: string[] = [];
 * const stop = subscribeTo("hitbox:backend:write", ({ key, purpose }) => keys.push(`${purpose} ${key}`));
 * await cacheBackend(memory({ maxEntries: 10 })).set("greeting", cacheValue("hello"));
 * stop();
 * keys; // ["value greeting"]
 */
export const subscribeTo: Subscribe<BackendMessages> = subscribeToAny;

const NAMES = [
  "read",
  "fetch",
  "age",
  "write",
  "remove",
  "serialize",
  "deserialize",
  "compress",
  "decompress",
] as const;

/** Nothing is built, and no clock is read, while a channel has no subscriber. */
export const channels: Readonly<Record<(typeof NAMES)[number], Publisher>> = Object.fromEntries(
  NAMES.map((name): [string, Publisher] => [name, channel(`hitbox:backend:${name}`)]),
) as Record<(typeof NAMES)[number], Publisher>;
