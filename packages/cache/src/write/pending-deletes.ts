import { publish, type RetryMessage } from "../channels.ts";
import type { KeyState, PendingDelete } from "../keys/key-state.ts";
import type { KeyStates } from "../keys/key-states.ts";

/** Most deletes that wait; the longest waiting is given up for a new one. */
const MOST_PENDING = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Deletes and invalidations that could not reach a tier. They are tried again, with longer and longer pauses,
 * until they do, or until the entries that they were for must have expired. One for each key, the newest.
 * Until then the cache treats those entries as missing. They do not keep a process alive.
 */
export class PendingDeletes {
  readonly #label: string;
  readonly #now: () => number;
  readonly #keys: KeyStates;
  /** In the order in which they are tried. */
  readonly waiting: Set<KeyState> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #pause = FIRST_PAUSE_MS;
  #isTrying = false;
  #isClosed = false;
  #lastError: unknown;

  constructor(label: string, now: () => number, keys: KeyStates) {
    this.#label = label;
    this.#now = now;
    this.#keys = keys;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** What the last attempt failed with. */
  get lastError(): unknown {
    return this.#lastError;
  }

  /**
   * Entries of the key that were asked for by then are to be deleted; -1 if none is. To be asked for when a
   * read begins: by the time it answers, the delete may be done and forgotten, though the entry was read
   * before.
   */
  limitOf(key: string): number {
    return this.waiting.size === 0 ? -1 : (this.#keys.get(key)?.pendingDelete?.at ?? -1);
  }

  add(key: string, removal: PendingDelete, error: unknown): void {
    const state = this.#keys.of(key);
    if (this.#isClosed || isLater(state.pendingDelete, removal)) {
      this.#keys.release(state);
      return;
    }
    state.pendingDelete = removal;
    this.#lastError = error;
    this.#putLast(state);
    this.#report(key, "waiting", error);
    if (this.waiting.size > MOST_PENDING) this.#abandonFirst(error);
    this.#timer ??= this.#arm();
  }

  /**
   * The change of this number has reached every tier. A pending delete of an earlier change has nothing left
   * to do.
   */
  settle(key: string, change: number = Number.POSITIVE_INFINITY): void {
    if (this.waiting.size === 0) return;
    const state = this.#keys.get(key);
    if (state?.pendingDelete && (state.pendingDelete.change ?? 0) < change) this.#end(state, "done");
    this.#trySoon();
  }

  /** Tries them once more, until one fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#tryAll();
  }

  /** Gives up those that are left, and names them. */
  abandonAll(): string[] {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const left = [...this.waiting].filter(({ pendingDelete }) => (pendingDelete?.until ?? 0) > this.#now());
    for (const state of [...this.waiting]) this.#end(state, "abandoned");
    return left.map(() => "pending delete");
  }

  /** A change has reached every tier: a store that was away may be back, and others read from it. */
  #trySoon(): void {
    if (this.#pause === FIRST_PAUSE_MS || this.#isTrying || this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#pause = FIRST_PAUSE_MS;
    this.#timer = this.waiting.size > 0 ? this.#arm() : undefined;
  }

  #arm(): NodeJS.Timeout {
    return setTimeout(() => void this.#round(), this.#pause).unref();
  }

  async #round(): Promise<void> {
    const before = this.waiting.size;
    this.#isTrying = true;
    await this.#tryAll();
    this.#isTrying = false;
    this.#timer = undefined;
    const isBetter = this.waiting.size < before;
    this.#pause = isBetter ? FIRST_PAUSE_MS : Math.min(2 * this.#pause, LONGEST_PAUSE_MS);
    if (this.waiting.size > 0 && !this.#isClosed) this.#timer = this.#arm();
  }

  // One after the other: after an outage the store is not to meet them all at once. The first failure ends a
  // round, and the next begins with another key, so that one that fails for its own reasons does not hold up
  // the rest.
  async #tryAll(): Promise<void> {
    for (const state of [...this.waiting]) {
      const removal = state.pendingDelete;
      if (removal === undefined || !this.waiting.has(state)) continue;
      if (removal.until <= this.#now()) this.#end(state, "abandoned");
      else if (!(await this.#try(state, removal))) return;
    }
  }

  async #try(state: KeyState, removal: PendingDelete): Promise<boolean> {
    const isWanted = (): boolean => state.pendingDelete === removal;
    try {
      await removal.run(isWanted);
    } catch (error) {
      this.#lastError = error;
      if (isWanted()) this.#putLast(state);
      return false;
    }
    if (isWanted()) this.#end(state, "done");
    return true;
  }

  #putLast(state: KeyState): void {
    this.waiting.delete(state);
    this.waiting.add(state);
  }

  #abandonFirst(error: unknown): void {
    const [first] = this.waiting;
    if (first !== undefined) this.#end(first, "abandoned", error);
  }

  #end(state: KeyState, how: "done" | "abandoned", error?: unknown): void {
    const removal = state.pendingDelete;
    state.pendingDelete = undefined;
    this.waiting.delete(state);
    this.#keys.release(state);
    if (how === "abandoned") removal?.abandon?.();
    this.#report(state.key, how, error);
  }

  #report(key: string, state: RetryMessage["state"], error: unknown): void {
    publish("retry", this.#label, key, () => ({ key, state, waiting: this.size, error }));
  }
}

function isLater(known: PendingDelete | undefined, { at, change = 0 }: PendingDelete): boolean {
  return known !== undefined && (known.at > at || (known.change ?? 0) > change);
}
