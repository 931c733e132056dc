import type { CacheValue } from "@hitbox/core";
import { LoadActivity, tracedLoads, traceLoad } from "../activity.ts";
import { tiersWith } from "../call-context.ts";
import { type LoadMessage, loadMessages, publish } from "../channels.ts";
import type { Asked } from "../policy/policy.ts";
import { wholeMs } from "../read/whole-ms.ts";
import type { InFlightLoad } from "./in-flight-load.ts";
import type { Loaded, Origin } from "./origin.ts";

/** One call of a loader: its times, what is told of it, and how its value came about. */
export class LoaderRun<T> implements Origin, Loaded {
  /** Epoch milliseconds at which the loader is called. */
  readonly at: number;
  /** To be stored. */
  entry: CacheValue<unknown> | undefined;
  readonly isFresh = true;
  readonly loaded: Loaded = this;
  isStored = false;
  /** Milliseconds that the loader took, with fractions. */
  ms = 0;
  private readonly flight: InFlightLoad<T>;
  private readonly start: number;
  /** Undefined while nobody traces loads. */
  readonly activity: LoadActivity | undefined;

  constructor(flight: InFlightLoad<T>) {
    this.flight = flight;
    this.at = flight.engine.now();
    this.start = flight.engine.elapsed();
    this.activity = tracedLoads.hasSubscribers ? activityOf(flight) : undefined;
    flight.hasCalledLoader = true;
    flight.source = "loader";
    flight.onFailure = (error) => {
      flight.request.stats.failed();
      this.report("failed", error);
    };
  }

  /** The loader has answered, and its value is valid. */
  stop(): Asked {
    this.ms = this.durationMs();
    return { createdAt: this.at, loadMs: wholeMs(this.ms) };
  }

  succeed(entry: CacheValue<unknown> | undefined): void {
    this.entry = entry;
    const { beginner, engine, key, request } = this.flight;
    engine.pauses.end(key);
    request.stats.loaded(this.ms, 1 / beginner.loadedKeys);
    this.flight.onFailure = undefined;
  }

  readonly stored = (outcome: LoadMessage["outcome"]): boolean => {
    this.report(outcome);
    this.isStored = outcome === "stored";
    return this.isStored;
  };

  readonly unstored = (error: unknown): boolean => {
    this.report("unstored", error);
    this.flight.engine.unstored.note(error);
    if (this.flight.request.policy.onBackendError === "throw") throw error;
    return false;
  };

  private report(outcome: LoadMessage["outcome"], error?: unknown): void {
    const { engine, key, request } = this.flight;
    this.activity?.end({ outcome, error });
    if (!loadMessages.hasSubscribers) return;
    publish("load", engine.backend.label, key, () => {
      const stored = tiersWith(request.context);
      return { key, durationMs: this.durationMs(), outcome, stored, error };
    });
  }

  /** A given clock may be set back. */
  private durationMs(): number {
    return Math.max(0, this.flight.engine.elapsed() - this.start);
  }
}

function activityOf<T>(flight: InFlightLoad<T>): LoadActivity {
  const { engine, isKept, key } = flight;
  return traceLoad(new LoadActivity(flight, isKept, engine.backend.label, key));
}
