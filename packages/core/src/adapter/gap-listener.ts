import type { BackendListener } from "../change-listener.ts";
import type { Origin } from "../origin.ts";

/** Passes the news of a store on, and tells of gaps in it: changes that were missed. */
export class GapListener implements BackendListener {
  readonly #listener: BackendListener;
  #isUp = false;

  constructor(listener: BackendListener) {
    this.#listener = listener;
  }

  changed(keys: readonly string[], origin?: Origin): void {
    this.#listener.changed(keys, origin);
  }

  lost(origin?: Origin): void {
    this.#isUp = false;
    this.#listener.lost(origin);
  }

  restored(origin?: Origin): void {
    this.#isUp = true;
    this.#listener.restored(origin);
  }

  /** A gap that is over at once. While the watch is lost, another gap is no news. */
  missed(origin: Origin | undefined): void {
    if (!this.#isUp) return;
    this.#listener.lost(origin);
    this.#listener.restored(origin);
  }
}
