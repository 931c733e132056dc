import { setTimeout as wait } from "node:timers/promises";
import type { Backend, StoredValue } from "@hitbox/core";
import { type ShadowMessage, type ShadowOutcome, shadowComparisons } from "../channels.ts";
import { compareEntries, unlessExpired } from "./compare-entries.ts";
import type { ShadowState } from "./shadow-state.ts";

/** A read that is to be compared. One of the two is called, once. */
export interface Comparison<Raw> {
  readonly with: (entry: StoredValue<Raw> | undefined) => void;
  /** The backend has not answered. */
  readonly giveUp: () => void;
}

/** The end of one read of the candidate. */
interface Look {
  readonly outcome: ShadowOutcome;
  readonly isHit: boolean;
  readonly isCandidateHit: boolean;
  readonly durationMs: number;
  readonly error: unknown;
}

/** Reads the candidate after the backend, and counts how they compare. */
export class Comparisons<Raw> {
  readonly #backend: Backend<Raw>;
  readonly #candidate: Backend<Raw>;
  readonly #state: ShadowState;
  readonly #recheckAfter: number;

  constructor(backend: Backend<Raw>, candidate: Backend<Raw>, state: ShadowState, recheckAfter: number) {
    this.#backend = backend;
    this.#candidate = candidate;
    this.#state = state;
    this.#recheckAfter = recheckAfter;
  }

  /** Undefined if the read is not to be compared. Called before the backend is read. */
  begin(key: string): Comparison<Raw> | undefined {
    const { isSampled, closing, keys, counts } = this.#state;
    if (!isSampled(key) || closing.signal.aborted) return undefined;
    if (keys.isInUse(key)) {
      counts.raced += 1;
      return undefined;
    }
    if (!this.#state.takePlace()) return undefined;
    keys.beginComparison(key);
    const end = (): void => {
      this.#state.leave();
      keys.endComparison(key);
    };
    return { with: (entry) => void this.#compare(key, entry).then(end, end), giveUp: end };
  }

  async #compare(key: string, entry: StoredValue<Raw> | undefined): Promise<void> {
    let look = await this.#look(key, entry);
    if (look.outcome !== "same" && look.outcome !== "failed" && this.#recheckAfter > 0) {
      await wait(this.#recheckAfter, undefined, { ref: false, signal: this.#state.closing.signal });
      look = await this.#look(key, await this.#backend.read(key));
    }
    if (this.#state.keys.isRaced(key)) this.#state.counts.raced += 1;
    else this.#count(key, look);
  }

  async #look(key: string, found: StoredValue<Raw> | undefined): Promise<Look> {
    const start = performance.now();
    try {
      const candidate = unlessExpired(await this.#candidate.read(key));
      const durationMs = performance.now() - start;
      const entry = unlessExpired(found);
      const [isHit, isCandidateHit] = [entry !== undefined, candidate !== undefined];
      return {
        outcome: compareEntries(entry, candidate),
        isHit,
        isCandidateHit,
        durationMs,
        error: undefined,
      };
    } catch (error) {
      const durationMs = performance.now() - start;
      const isHit = unlessExpired(found) !== undefined;
      return { outcome: "failed", isHit, isCandidateHit: false, durationMs, error };
    }
  }

  #count(key: string, { outcome, isHit, isCandidateHit, durationMs, error }: Look): void {
    const { counts } = this.#state;
    counts.compared += 1;
    counts[outcome] += 1;
    if (isHit) counts.hits += 1;
    if (isCandidateHit) counts.candidateHits += 1;
    if (!shadowComparisons.hasSubscribers) return;
    const { label: backend } = this.#backend;
    const { label: candidate } = this.#candidate;
    const message = { backend, candidate, key, outcome, hit: isCandidateHit, durationMs, error };
    shadowComparisons.publish(message satisfies ShadowMessage);
  }
}
