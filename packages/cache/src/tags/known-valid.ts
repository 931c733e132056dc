import type { ChangeListener, StopWatching } from "@hitbox/core";
import type { TierBackend } from "@hitbox/core/tier";
import { RECORD_MARK } from "./record-keys.ts";

interface Verdict {
  readonly moment: number;
  /** When the first of the records ends, in epoch milliseconds. */
  readonly until: number;
}

const COUNT: unique symbol = Symbol.for("@hitbox/cache/changes-of-tags") as never;

/**
 * Counts the changes of records that this process makes or hears of. One count for all caches of the process,
 * also for those of another copy of this package: a backend does not tell of changes by those who share it.
 */
const changes: { count: number } = (globalThis as { [COUNT]?: { count: number } })[COUNT] ?? { count: 0 };
(globalThis as { [COUNT]?: { count: number } })[COUNT] = changes;

/** A record has changed, or is about to. */
export function countChange(): void {
  changes.count += 1;
}

/**
 * Entries whose tags were found valid, where a first tier hears of all changes: they stay so until some
 * record changes, or one of theirs ends. An entry is known by its list of tags, which belongs to it alone.
 */
export class KnownValid implements ChangeListener {
  readonly #store: TierBackend;
  readonly #now: () => number;
  readonly #verdicts = new WeakMap<readonly string[], Verdict>();
  #stop: StopWatching | undefined;
  /** True if the changes by others are heard of now. */
  #isHeard = false;

  constructor(store: TierBackend, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  has(tags: readonly string[]): boolean {
    const verdict = this.#verdicts.get(tags);
    return verdict !== undefined && verdict.moment === changes.count && this.#now() < verdict.until;
  }

  /** `until`: when the first of the records ends. The first call begins to listen: nobody else pays. */
  add(tags: readonly string[], until: number): void {
    if (this.#isHeard) this.#verdicts.set(tags, { moment: changes.count, until });
    this.#stop ??= this.#store.watch(this);
  }

  /** Listens no longer. */
  close(): void {
    this.#isHeard = false;
    this.#stop?.();
  }

  changed(keys: readonly string[]): void {
    if (keys.some((key) => key.startsWith(RECORD_MARK))) countChange();
  }

  /** Whether entries of a first tier are answered with from now on is for that tier to decide. */
  lost(): void {
    this.#isHeard = false;
  }

  restored(): void {
    this.#isHeard = true;
    countChange();
  }
}
