import type { BackendListener, Origin, StopWatching } from "@hitbox/core";
import { GapListener, guarded } from "@hitbox/core/tier";
import type { Ending, Keys } from "../connection/own-changes.ts";
import type { Warnings } from "../connection/warnings.ts";
import type { Coherence } from "./coherence.ts";

/**
 * Coherence that also tells the watchers of a backend of the changes made through this backend itself.
 * Neither the server nor the bus tells a backend of its own changes.
 */
export class LocalChanges implements Coherence {
  readonly #elsewhere: Coherence;
  readonly #warnings: Warnings;
  readonly #watches = new Set<GapListener>();

  constructor(elsewhere: Coherence, warnings: Warnings) {
    this.#elsewhere = elsewhere;
    this.#warnings = warnings;
  }

  watch(listener: BackendListener): StopWatching {
    const threw = (kind: string): void => this.#warnings.say("HITBOX_REDIS_WATCHER", kind);
    const watch = new GapListener(guarded(listener, threw));
    const stop = this.#elsewhere.watch(watch);
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
      stop();
    };
  }

  began(): Promise<void> | undefined {
    return this.#elsewhere.began();
  }

  // Told before the caller is answered. Of the parts of a clear only late ones: the whole is told when it
  // has ended.
  ended(keys: Keys, how: Ending, origin: Origin | undefined): void {
    for (const watch of this.#watches) {
      if (keys !== "all") watch.changed(keys, origin);
      else if (how === "late") watch.missed(origin);
    }
    this.#elsewhere.ended(keys, how, origin);
  }

  cleared(origin: Origin | undefined): void {
    for (const watch of this.#watches) watch.missed(origin);
    this.#elsewhere.cleared(origin);
  }

  async close(): Promise<void> {
    await this.#elsewhere.close();
    this.#watches.clear();
  }
}
