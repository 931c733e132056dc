import { BackendError, isRefusal, isUnreadable } from "@hitbox/core";

/** How long a store that has refused leases is not asked for one, in milliseconds. */
const REFUSED_MS = 60_000;

/**
 * True if a lease failed for a reason that does not pass by itself: the store has answered, and does not know
 * or permit the command (`internal`, as Redis says NOPERM or "unknown command"), or the entry under the key
 * is not ours.
 */
export function isRefused(error: unknown): boolean {
  if (!BackendError.is(error) || error.retryable) return false;
  return error.code === "unsupported" || error.code === "internal" || isUnreadable(error);
}

/** True if the key can never be stored, or the backend is closed: no entry of the tag can be there. */
export function isNeverStored(error: unknown): boolean {
  return !BackendError.is(error) || isRefusal(error) || error.code === "closed";
}

/** Remembers that a store refuses leases: for a while, since rights and proxies change. */
export class LeaseRefusals {
  readonly #elapsed: () => number;
  #until = Number.NEGATIVE_INFINITY;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  get isRefusing(): boolean {
    return this.#elapsed() < this.#until;
  }

  note(error: unknown): void {
    // An entry that cannot be read says nothing of other keys.
    if (!isUnreadable(error)) this.#until = this.#elapsed() + REFUSED_MS;
  }
}
