import { type Channel, channel } from "node:diagnostics_channel";

/** Published on `hitbox:cache:load` when a load has ended. */
export interface LoadMessage {
  /** Label path of the cache's backend. */
  readonly cache: string;
  readonly key: string;
  readonly durationMs: number;
  /** `stored`; `skipped` (by the loader, or ttl 0); `outdated` (set or deleted meanwhile); `unstored` (the backend failed). */
  readonly outcome: "stored" | "skipped" | "outdated" | "unstored" | "failed";
  readonly error: unknown;
}

/** Published on `hitbox:cache:stale` when a stale value was answered with. */
export interface StaleMessage {
  readonly cache: string;
  readonly key: string;
  readonly why: "revalidate" | "error" | "timeout";
  /** What loading failed with, where it did. */
  readonly error: unknown;
}

/** Published on `hitbox:cache:error` for a failure that no caller heard of. */
export interface ErrorMessage {
  readonly cache: string;
  /** Undefined where more than one key is meant. */
  readonly key: string | undefined;
  readonly operation: "get" | "set" | "delete" | "invalidateTags" | "validate" | "refresh" | "lease";
  readonly error: unknown;
}

/** Published on `hitbox:cache:retry` for each delete and tag invalidation that could not reach its tier. */
export interface RetryMessage {
  readonly cache: string;
  readonly key: string;
  /** `waiting`: it will be tried again; `done`; `abandoned`: there was no room, or there is no more need. */
  readonly state: "waiting" | "done" | "abandoned";
  readonly error: unknown;
}

interface Messages {
  load: LoadMessage;
  stale: StaleMessage;
  error: ErrorMessage;
  retry: RetryMessage;
}

const channels: Readonly<Record<keyof Messages, Channel>> = {
  load: channel("hitbox:cache:load"),
  stale: channel("hitbox:cache:stale"),
  error: channel("hitbox:cache:error"),
  retry: channel("hitbox:cache:retry"),
};

/** Builds a message only where somebody listens. */
export function publish<Name extends keyof Messages>(name: Name, message: () => Messages[Name]): void {
  if (channels[name].hasSubscribers) channels[name].publish(message());
}
