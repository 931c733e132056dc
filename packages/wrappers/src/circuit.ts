import { isPromise, type MaybePromise } from "@hitbox/core";
import { type CircuitMessage, type CircuitState, circuitChanges } from "./channels.ts";
import { openCircuit } from "./open-circuit.ts";

export interface CircuitSettings {
  readonly label: string;
  readonly isOutage: (error: unknown) => boolean;
  /** Outages in a row that open the circuit. */
  readonly threshold: number;
  /** Milliseconds from the opening until one operation is let through. */
  readonly halfOpenAfter: number;
  readonly onStateChange: (state: CircuitState) => void;
}

type Role = "probe" | "other";

/** Counts outages in a row, and lets no operation through while the store is given a rest. */
export class Circuit {
  readonly #settings: CircuitSettings;
  #state: CircuitState = "closed";
  #outages = 0;
  /** When the circuit opened, by a clock that is never set back. */
  #openedAt = 0;

  constructor(settings: CircuitSettings) {
    this.#settings = settings;
  }

  run<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    if (this.#state === "closed") return this.#attempt("other", run);
    const isRested = performance.now() - this.#openedAt >= this.#settings.halfOpenAfter;
    if (this.#state === "half-open" || !isRested) return Promise.reject(openCircuit());
    this.#enter("half-open");
    return this.#attempt("probe", run);
  }

  #attempt<T>(role: Role, run: () => MaybePromise<T>): MaybePromise<T> {
    const succeed = (value: T): T => {
      this.#noteAnswer(role);
      return value;
    };
    const fail = (error: unknown): never => {
      if (this.#settings.isOutage(error)) this.#noteOutage(role);
      else this.#noteAnswer(role);
      throw error;
    };
    let answer: MaybePromise<T>;
    try {
      answer = run();
    } catch (error) {
      return fail(error);
    }
    return isPromise(answer) ? answer.then(succeed, fail) : succeed(answer);
  }

  /** The store answers: well, or with an error that is none of an outage. */
  #noteAnswer(role: Role): void {
    if (this.#state !== "open") this.#outages = 0;
    if (role === "probe") this.#enter("closed");
  }

  /** An operation that began before the circuit opened says nothing new. */
  #noteOutage(role: Role): void {
    if (role === "other" && this.#state !== "closed") return;
    this.#outages += 1;
    if (role === "other" && this.#outages < this.#settings.threshold) return;
    this.#openedAt = performance.now();
    this.#enter("open");
  }

  /** A listener that throws must not fail the operation; nor is its error lost. */
  #enter(state: CircuitState): void {
    this.#state = state;
    const { label: backend } = this.#settings;
    if (circuitChanges.hasSubscribers) circuitChanges.publish({ backend, state } satisfies CircuitMessage);
    try {
      this.#settings.onStateChange(state);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}
