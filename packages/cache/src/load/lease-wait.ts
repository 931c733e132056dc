import { type LeaseMessage, publish } from "../channels.ts";
import type { InFlightLoad } from "./in-flight-load.ts";

/** The time that a load waits for another process, and the message of it. */
export class LeaseWait<T> {
  /** Milliseconds of pauses. */
  pausedMs = 0;
  private readonly flight: InFlightLoad<T>;
  private began = 0;

  constructor(flight: InFlightLoad<T>) {
    this.flight = flight;
  }

  /** Ends with the load, too. */
  async pause(ms: number): Promise<void> {
    if (this.pausedMs === 0) this.began = performance.now();
    this.pausedMs += ms;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.flight.whenEnded(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Tells of it, if there was any. */
  end(outcome: LeaseMessage["outcome"]): void {
    if (this.pausedMs === 0) return;
    const { engine, key } = this.flight;
    const began = this.began;
    publish("lease", engine.backend.label, key, () => {
      return { key, durationMs: performance.now() - began, outcome };
    });
  }
}
