import { channel } from "node:diagnostics_channel";
import type { DeleteStatus } from "../delete-status.ts";

/** Published on `hitbox:backend:read`, `:write` and `:remove` when the operation has ended. */
export interface BackendMessage {
  /** Label path, such as `composition.redis`. */
  readonly backend: string;
  /** The key as the store has it, without the adapter's own prefix. */
  readonly key: string;
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

/** The part of a channel that is used: users need not have the types of Node for it. */
export interface Publisher {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

const NAMES = ["read", "write", "remove", "serialize", "deserialize", "compress", "decompress"] as const;

/** Nothing is built, and no clock is read, while a channel has no subscriber. */
export const channels: Readonly<Record<(typeof NAMES)[number], Publisher>> = Object.fromEntries(
  NAMES.map((name): [string, Publisher] => [name, channel(`hitbox:backend:${name}`)]),
) as Record<(typeof NAMES)[number], Publisher>;
