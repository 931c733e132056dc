import { type Channel, channel } from "node:diagnostics_channel";

/** Published on `hitbox:cache:hit` for a fresh value that was answered with, `hitbox:cache:miss` where there was none. */
export interface ReadMessage {
  /** Label path of the cache's backend. */
  readonly cache: string;
  readonly key: string;
}

/** Published on `hitbox:cache:stale` when a stale value was answered with. */
export interface StaleMessage {
  readonly cache: string;
  readonly key: string;
  readonly why: "revalidate" | "error" | "timeout";
  /** What loading failed with, where it did. */
  readonly error: unknown;
}

/** Published on `hitbox:cache:refresh` when a value begins to be loaded anew in the background. */
export interface RefreshMessage {
  readonly cache: string;
  readonly key: string;
  readonly why: "stale" | "ahead";
}

/** Published on `hitbox:cache:load` when a load has ended. */
export interface LoadMessage {
  readonly cache: string;
  readonly key: string;
  readonly durationMs: number;
  /** `stored`; `skipped` (by the loader, or ttl 0); `outdated` (set or deleted meanwhile); `unstored` (the backend failed). */
  readonly outcome: "stored" | "skipped" | "outdated" | "unstored" | "failed";
  readonly error: unknown;
}

/** Published on `hitbox:cache:store` for what `set` and `setMany` have stored. */
export interface StoreMessage {
  readonly cache: string;
  readonly keys: readonly string[];
}

/** Published on `hitbox:cache:invalidate` when entries have been asked to go: those of keys, of tags, or all of a space. */
export interface InvalidateMessage {
  readonly cache: string;
  readonly keys?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** The text before the keys of a namespace; empty for the whole cache. */
  readonly space?: string | undefined;
}

/** Published on `hitbox:cache:expire` when entries have been asked to be stale. */
export interface ExpireMessage {
  readonly cache: string;
  readonly keys?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Published on `hitbox:cache:touch` when the life of an entry has begun anew. */
export interface TouchMessage {
  readonly cache: string;
  readonly key: string;
}

/** Published on `hitbox:cache:error` for a failure that no caller heard of. */
export interface ErrorMessage {
  readonly cache: string;
  /** Undefined where more than one key is meant. */
  readonly key: string | undefined;
  readonly operation:
    | "get"
    | "set"
    | "delete"
    | "expire"
    | "expireTags"
    | "touch"
    | "invalidateTags"
    | "validate"
    | "refresh"
    | "lease"
    | "waitUntil";
  readonly error: unknown;
}

/** Hears of a failure that no caller heard of: the messages of `hitbox:cache:error` of one cache. */
export type ErrorListener = (error: unknown, failure: Pick<ErrorMessage, "operation" | "key">) => void;

/** Published on `hitbox:cache:retry` for each delete and tag invalidation that could not reach its tier. */
export interface RetryMessage {
  readonly cache: string;
  readonly key: string;
  /** `waiting`: it will be tried again; `done`; `abandoned`: there was no room, or there is no more need. */
  readonly state: "waiting" | "done" | "abandoned";
  readonly error: unknown;
}

interface Messages {
  hit: ReadMessage;
  miss: ReadMessage;
  stale: StaleMessage;
  refresh: RefreshMessage;
  load: LoadMessage;
  store: StoreMessage;
  invalidate: InvalidateMessage;
  expire: ExpireMessage;
  touch: TouchMessage;
  error: ErrorMessage;
  retry: RetryMessage;
}

const channels: Readonly<Record<keyof Messages, Channel>> = {
  hit: channel("hitbox:cache:hit"),
  miss: channel("hitbox:cache:miss"),
  stale: channel("hitbox:cache:stale"),
  refresh: channel("hitbox:cache:refresh"),
  load: channel("hitbox:cache:load"),
  store: channel("hitbox:cache:store"),
  invalidate: channel("hitbox:cache:invalidate"),
  expire: channel("hitbox:cache:expire"),
  touch: channel("hitbox:cache:touch"),
  error: channel("hitbox:cache:error"),
  retry: channel("hitbox:cache:retry"),
};

/** Whether a message would be heard. */
export function listens(name: keyof Messages): boolean {
  return channels[name].hasSubscribers;
}

/** Calls a listener of the caller's, whose errors decide about nothing. */
export function tell<Args extends readonly unknown[]>(
  listener: (...args: Args) => unknown,
  ...args: Args
): void {
  try {
    listener(...args);
  } catch {
    // It is the operator's own.
  }
}

/** Builds a message only where somebody listens. */
export function publish<Name extends keyof Messages>(name: Name, message: () => Messages[Name]): void {
  if (channels[name].hasSubscribers) channels[name].publish(message());
}
