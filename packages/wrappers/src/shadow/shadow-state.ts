import { KeysInUse } from "./keys-in-use.ts";
import type { ShadowStats } from "./shadow-stats.ts";

/** Shared by the changes and the comparisons of a shadow. */
export class ShadowState {
  readonly keys: KeysInUse = new KeysInUse();
  readonly isSampled: (key: string) => boolean;
  readonly closing: AbortController = new AbortController();
  readonly counts: { -readonly [name in keyof ShadowStats]: number } = {
    ...{ compared: 0, same: 0, different: 0, missing: 0, extra: 0, failed: 0, hits: 0, candidateHits: 0 },
    ...{ raced: 0, copied: 0, notCopied: 0, dropped: 0 },
  };
  readonly #maxPending: number;
  #pending = 0;

  constructor(isSampled: (key: string) => boolean, maxPending: number) {
    this.isSampled = isSampled;
    this.#maxPending = maxPending;
  }

  /** False, and counted, if too much is under way. `leave` gives the place back. */
  takePlace(): boolean {
    if (this.#pending >= this.#maxPending) {
      this.counts.dropped += 1;
      return false;
    }
    this.#pending += 1;
    return true;
  }

  leave(): void {
    this.#pending -= 1;
  }
}
