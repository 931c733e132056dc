import { checkKnown, checkOption, type MaybePromise } from "@hitbox/core";

/**
 * Ways to reach a store beneath its adapter, for faults that do not show above it. Each is optional. The kit
 * names the cases that it could not run without one.
 *
 * `space` is the name that `open` was given, and `key` is the key as the adapter gets it.
 */
export interface RawHooks {
  /** The bytes that the store has under a key; undefined if there are none. */
  readonly bytes?: ((space: string, key: string) => MaybePromise<Uint8Array | undefined>) | undefined;
  /**
   * Milliseconds for which the store itself will keep the entry under a key, `Infinity` if for ever.
   * Undefined if there is none. A store that counts in seconds may answer with up to two seconds more.
   */
  readonly timeToLive?: ((space: string, key: string) => MaybePromise<number | undefined>) | undefined;
  /** Replaces the bytes of an entry by others, which the adapter cannot have written. */
  readonly damage?: ((space: string, key: string) => unknown) | undefined;
  /** Takes the store away from the backends that are open on a space: every later call of theirs fails. */
  readonly breakConnection?: ((space: string) => unknown) | undefined;
  /** Counts the open connections, or handles, of the backends that were opened on a space. */
  readonly connections?: ((space: string) => MaybePromise<number>) | undefined;
  /** `given`: `open` hands the backend a client, which it must not close. `own`: the backend opens one. */
  readonly client?: "given" | "own" | undefined;
  /** Runs the adapter's own removal of expired entries, if it has one. */
  readonly sweep?: ((space: string) => unknown) | undefined;
}

const FUNCTIONS = ["bytes", "timeToLive", "damage", "breakConnection", "connections", "sweep"] as const;

/** Checks the option `raw`. */
export function checkRawHooks(hooks: RawHooks): void {
  checkOption(typeof hooks === "object" && hooks !== null, "raw", hooks, "must be an object of hooks");
  checkKnown("backendConformance: raw", hooks, [...FUNCTIONS, "client"]);
  for (const name of FUNCTIONS) {
    const isHook = hooks[name] === undefined || typeof hooks[name] === "function";
    checkOption(isHook, `raw.${name}`, hooks[name], "must be a function");
  }
  const { client } = hooks;
  const isClient = client === undefined || client === "given" || client === "own";
  checkOption(isClient, "raw.client", client, 'must be "given" or "own"');
}
