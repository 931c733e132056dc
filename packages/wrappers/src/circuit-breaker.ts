import { type Backend, checkFunction, checkInteger, checkKnown, checkMilliseconds } from "@hitbox/core";
import { around } from "@hitbox/core/tier";
import type { CircuitState } from "./channels.ts";
import { checkRaw } from "./check-raw.ts";
import { Circuit } from "./circuit.ts";
import { isOutage } from "./error-kind.ts";

export interface CircuitBreakerOptions {
  /** Outages in a row that open the circuit. Default: 5. */
  readonly threshold?: number | undefined;
  /** Milliseconds from the opening until one operation is let through as a probe. Default: 1,000. */
  readonly halfOpenAfter?: number | undefined;
  /**
   * Called at each change. An error that it throws becomes an uncaught exception, and the operation goes on.
   */
  readonly onStateChange?: ((state: CircuitState) => void) | undefined;
}

/**
 * Spares a store that is down, and the callers who would wait for it. After `threshold` outages in a row
 * (`connection`, `timeout`, `unavailable`) every operation fails at once with `unavailable`, and the backend
 * is not called. After `halfOpenAfter` one operation goes through: its success closes the circuit, its
 * failure opens the circuit again.
 *
 * Any other error is an answer of a store that is well: a payload that cannot be decoded never opens the
 * circuit. Time is measured by a clock that is never set back.
 *
 * The pattern: M. Nygard, Release It!, and https://martinfowler.com/bliki/CircuitBreaker.html
 *
 * @throws TypeError for a typed backend, and for an option that is unknown or wrong.
 * @example
 * const guarded = circuitBreaker(memory({ maxEntries: 1_000 }), { threshold: 3, halfOpenAfter: 500 });
 */
export function circuitBreaker<Raw>(
  backend: Backend<Raw>,
  options: CircuitBreakerOptions = {},
): Backend<Raw> {
  checkRaw(backend);
  checkKnown("circuitBreaker", options, ["threshold", "halfOpenAfter", "onStateChange"]);
  const { threshold = 5, halfOpenAfter = 1_000, onStateChange = () => {} } = options;
  checkInteger("threshold", threshold, 1, Number.MAX_SAFE_INTEGER);
  checkMilliseconds("halfOpenAfter", halfOpenAfter, 1, 2 ** 31 - 1);
  checkFunction("onStateChange", onStateChange);
  const isOwnOutage = (error: unknown): boolean => isOutage(backend, error);
  const { label } = backend;
  const circuit = new Circuit({ label, isOutage: isOwnOutage, threshold, halfOpenAfter, onStateChange });
  return around(backend, (_, __, run) => circuit.run(run));
}
