import {
  type Backend,
  BackendError,
  checkInteger,
  checkKnown,
  checkOption,
  isPromise,
  type MaybePromise,
} from "@hitbox/core";
import * as cockatiel from "cockatiel";
import { around } from "./around.ts";
import { isOutage } from "./error-kind.ts";
import { checkRaw } from "./outline.ts";

/** `half-open`: one operation is under way to see whether the store is back. */
export type CircuitState = "closed" | "open" | "half-open";

export interface CircuitBreakerOptions {
  /** Outages in a row that open the circuit. Default: 5. */
  readonly threshold?: number | undefined;
  /** Milliseconds from the opening until one operation is let through as a probe. Default: 1,000. */
  readonly halfOpenAfter?: number | undefined;
  /** Called at each change. What it throws becomes an uncaught exception, and the operation goes on. */
  readonly onStateChange?: ((state: CircuitState) => void) | undefined;
}

/**
 * Spares a store that is down, and those who would wait for it: after `threshold` outages in a row (`connection`,
 * `timeout`, `unavailable`) every operation fails at once with `unavailable`, and the backend is not called. After
 * `halfOpenAfter` one operation goes through; its success closes the circuit, its failure opens it again.
 *
 * Any other error is an answer of a store that is well: a payload that cannot be decoded never opens the circuit.
 * The pattern: M. Nygard, Release It!, and https://martinfowler.com/bliki/CircuitBreaker.html; the state is cockatiel's.
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
  const { threshold = 5, halfOpenAfter = 1_000, onStateChange } = options;
  checkInteger("threshold", threshold, 1, Number.MAX_SAFE_INTEGER);
  checkInteger("halfOpenAfter", halfOpenAfter, 1, 2 ** 31 - 1);
  const callable = onStateChange === undefined || typeof onStateChange === "function";
  checkOption(callable, "onStateChange", onStateChange, "must be a function");
  const circuit = new Circuit((error) => isOutage(backend, error), threshold, halfOpenAfter);
  if (onStateChange) circuit.onStateChange(onStateChange);
  return around(backend, (_, __, run) => circuit.run(run));
}

class Circuit {
  readonly #isOutage: (error: unknown) => boolean;
  readonly #outages: cockatiel.ConsecutiveBreaker;
  readonly #policy: cockatiel.CircuitBreakerPolicy;

  constructor(isOutage: (error: unknown) => boolean, threshold: number, halfOpenAfter: number) {
    const outages = new cockatiel.ConsecutiveBreaker(threshold);
    // To cockatiel an error of another kind is no failure, but no success either.
    const handled = cockatiel.handleWhen((error) => {
      if (isOutage(error)) return true;
      outages.success();
      return false;
    });
    this.#isOutage = isOutage;
    this.#outages = outages;
    this.#policy = cockatiel.circuitBreaker(handled, { halfOpenAfter, breaker: outages });
  }

  onStateChange(listener: (state: CircuitState) => void): void {
    this.#policy.onStateChange((state) => {
      try {
        listener(NAMES[state]);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    });
  }

  run<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    switch (this.#policy.state) {
      case cockatiel.CircuitState.Closed:
        return this.#runClosed(run);
      case cockatiel.CircuitState.HalfOpen:
        // Cockatiel would have it wait for the probe.
        throw open(new cockatiel.BrokenCircuitError());
      default:
        return this.#policy.execute(run).catch(translate);
    }
  }

  // What answers now stays without a promise. What was begun before the circuit opened is still waited for.
  #runClosed<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    let answer: MaybePromise<T>;
    try {
      answer = run();
    } catch (error) {
      if (this.#isOutage(error)) return this.#policy.execute<T>(() => Promise.reject(error));
      this.#outages.success();
      throw error;
    }
    if (isPromise(answer)) return this.#policy.execute(() => answer);
    this.#outages.success();
    return answer;
  }
}

const NAMES: Readonly<Record<cockatiel.CircuitState, CircuitState>> = {
  [cockatiel.CircuitState.Closed]: "closed",
  [cockatiel.CircuitState.Open]: "open",
  [cockatiel.CircuitState.HalfOpen]: "half-open",
  [cockatiel.CircuitState.Isolated]: "open",
};

function translate(error: unknown): never {
  throw cockatiel.isBrokenCircuitError(error) ? open(error) : error;
}

/** `cause` tells an open circuit from a store that says itself that it is unavailable. */
function open(cause: cockatiel.BrokenCircuitError): BackendError {
  const message = "the circuit is open: the store failed repeatedly and is given a rest";
  return new BackendError("unavailable", message, { cause });
}
