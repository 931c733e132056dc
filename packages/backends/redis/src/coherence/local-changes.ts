import type { BackendListener, Origin, StopWatching } from "@hitbox/core";
import type { Ending, Keys } from "../connection/own-changes.ts";
import type { Warnings } from "../connection/warnings.ts";
import type { Coherence } from "./coherence.ts";
import { guarded } from "./guarded-listener.ts";

/**
 * Coherence that also tells the watchers of a backend of the changes made through this backend itself.
 * Neither the server nor the bus tells a backend of its own changes.
 */
export class LocalChanges implements Coherence {
  readonly #elsewhere: Coherence;
  readonly #warnings: Warnings;
  readonly #watches = new Set<Watch>();

  constructor(elsewhere: Coherence, warnings: Warnings) {
    this.#elsewhere = elsewhere;
    this.#warnings = warnings;
  }

  watch(listener: BackendListener): StopWatching {
    const watch = new Watch(guarded(listener, this.#warnings));
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

class Watch implements BackendListener {
  readonly #listener: BackendListener;
  #isUp = false;

  constructor(listener: BackendListener) {
    this.#listener = listener;
  }

  changed(keys: readonly string[], origin?: Origin): void {
    this.#listener.changed(keys, origin);
  }

  lost(): void {
    this.#isUp = false;
    this.#listener.lost();
  }

  restored(): void {
    this.#isUp = true;
    this.#listener.restored();
  }

  /** A gap that is over at once. */
  missed(origin: Origin | undefined): void {
    if (!this.#isUp) return;
    this.#listener.lost(origin);
    this.#listener.restored(origin);
  }
}
