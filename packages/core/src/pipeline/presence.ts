import type { Backend } from "../backend.ts";
import type { BackendError, ErrorCode } from "../backend-error.ts";
import { type BackendWarning, emitWarning } from "../backend-warning.ts";

/**
 * Failures in a row after which a store counts as away. One timeout may come of a busy process, and an
 * `internal` one of a single key. A wrong password is `internal` too.
 */
const ENOUGH: Partial<Record<ErrorCode, number>> = { connection: 1, timeout: 3, unavailable: 3, internal: 3 };
/** Milliseconds between two warnings that a store has gone away: one that comes and goes floods no log. */
const PAUSE_MS = 30_000;
const MOST_SHOWN = 300;

const known = new WeakMap<object, Presence>();

/** That of a raw backend: a store that goes away is warned of once. `elapsed` is the first user's. */
export function presenceOf(backend: Backend<unknown>, elapsed: (() => number) | undefined): Presence {
  const presence = known.get(backend) ?? new Presence(backend, elapsed);
  known.set(backend, presence);
  return presence;
}

/**
 * Notices that a store goes away, and that it is back, by the outcomes of its operations, and warns of each
 * once. Outcomes of a store that is well cost nothing: they are only looked at after a failure.
 */
export class Presence {
  readonly #backend: Backend<unknown>;
  readonly #elapsed: () => number;
  /** True if the last outcome was a failure, so that a success is news. Every operation reads it. */
  isTroubled = false;
  #failures = 0;
  #awaySince: number | undefined;
  #quietUntil = Number.NEGATIVE_INFINITY;

  constructor(backend: Backend<unknown>, elapsed: () => number = () => performance.now()) {
    this.#backend = backend;
    this.#elapsed = elapsed;
  }

  failed(error: BackendError): void {
    tell(() => this.#backend.onError?.(error));
    const enough = ENOUGH[error.code];
    if (enough === undefined) return;
    this.#failures += 1;
    this.isTroubled = true;
    if (this.#failures < enough || this.#awaySince !== undefined) return;
    const now = this.#elapsed();
    if (now < this.#quietUntil) return;
    this.#awaySince = now;
    this.#quietUntil = now + PAUSE_MS;
    this.#warn(
      "HITBOX_TIER_AWAY",
      error.backend,
      `is away, and the cache goes on without it. ${shown(error)}`,
    );
  }

  /** An operation has succeeded that began after a failure. */
  answered(path: string): void {
    this.#failures = 0;
    this.isTroubled = false;
    if (this.#awaySince === undefined) return;
    const seconds = Math.round((this.#elapsed() - this.#awaySince) / 1_000);
    this.#awaySince = undefined;
    this.#warn("HITBOX_TIER_BACK", path, `is back, after ${seconds} s`);
  }

  #warn(code: string, backend: string, what: string): void {
    const warning: BackendWarning = { backend, code, message: `${backend} ${what}` };
    tell(() => (this.#backend.onWarning ? this.#backend.onWarning(warning) : emitWarning(warning)));
  }
}

/** The cause, without passwords of URLs. */
function shown({ message }: BackendError): string {
  return message.replace(/:\/\/[^/@\s]*@/g, "://***@").slice(0, MOST_SHOWN);
}

/** A listener of the caller's decides about no operation. */
function tell(listener: () => unknown): void {
  try {
    listener();
  } catch {
    // It is the operator's own.
  }
}
