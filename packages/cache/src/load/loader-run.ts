import type { CacheValue } from "@hitbox/core";
import { tiersWith } from "../call-context.ts";
import { type LoadMessage, publish } from "../channels.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import type { Origin } from "./origin.ts";

/** One call of a loader: its times, and what is told of it. */
export class LoaderRun<T> {
  /** Epoch milliseconds at which the loader is called. */
  readonly at: number;
  /** To be stored. */
  entry: CacheValue<unknown> | undefined;
  readonly #flight: InFlightLoad<T>;
  readonly #start = performance.now();
  #ms = 0;

  constructor(flight: InFlightLoad<T>) {
    this.#flight = flight;
    this.at = flight.engine.now();
    flight.hasCalledLoader = true;
    flight.source = "loader";
    flight.onFailure = (error) => {
      flight.request.stats.failed();
      this.#report("failed", error);
    };
  }

  /** The loader has answered, and its value is valid. */
  succeed(entry: CacheValue<unknown> | undefined): void {
    this.#ms = performance.now() - this.#start;
    this.entry = entry;
    const { beginner, engine, key, request } = this.#flight;
    engine.pauses.end(key);
    request.stats.loaded(this.#ms, 1 / beginner.loadedKeys);
    this.#flight.onFailure = undefined;
  }

  origin(isStored: boolean): Origin {
    return { entry: this.entry, loaded: { at: this.at, ms: this.#ms, isStored } };
  }

  readonly stored = (outcome: LoadMessage["outcome"]): boolean => {
    this.#report(outcome);
    return outcome === "stored";
  };

  readonly unstored = (error: unknown): boolean => {
    this.#report("unstored", error);
    this.#flight.engine.unstored.note(error);
    if (this.#flight.request.policy.onBackendError === "throw") throw error;
    return false;
  };

  #report(outcome: LoadMessage["outcome"], error?: unknown): void {
    const { engine, key, request } = this.#flight;
    publish("load", engine.backend.label, key, () => {
      const durationMs = performance.now() - this.#start;
      return { key, durationMs, outcome, stored: tiersWith(request.context), error };
    });
  }
}
