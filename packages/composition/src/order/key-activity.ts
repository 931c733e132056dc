import type { KeyLike, MaybePromise } from "@hitbox/core";
import { finish } from "../finish.ts";

/** The operations under way for one key. Counts only grow: an operation compares them with earlier ones. */
export interface ActiveKey {
  readonly text: string;
  readers: number;
  writers: number;
  /** Beginnings and ends of sets, deletes and clears, and changes by others. */
  changes: number;
  /** Changes by others. */
  disturbances: number;
  /** Sets that no store refuses, deletes and clears. */
  certain: number;
  /** Deletes and clears. */
  deletes: number;
  /** Called when no write is under way any more. */
  waiting: (() => void)[] | undefined;
}

/**
 * The reads of L2 and the writes under way, by key: keeps an older value out of a tier that a newer one has
 * reached. Holds an entry only for keys with something under way.
 */
export class KeyActivity {
  #keys = new Map<string, ActiveKey>();
  /** Clears under way. */
  clears = 0;
  /** Beginnings and ends of changes of any key so far. */
  changes = 0;

  /** Begins a read of L2. `endRead` ends it. */
  beginRead(key: KeyLike): ActiveKey {
    const text = typeof key === "string" ? key : key.text;
    const active = this.#keys.get(text) ?? this.#add(text);
    active.readers++;
    return active;
  }

  endRead(active: ActiveKey): void {
    active.readers--;
    if (active.readers <= 0 && active.writers <= 0) this.#forget(active);
  }

  /** Begins a set that a store may refuse: it makes no earlier write pointless. `endWrite` ends it. */
  beginFencedSet(key: KeyLike): ActiveKey {
    const text = typeof key === "string" ? key : key.text;
    const active = this.#keys.get(text) ?? this.#add(text);
    this.changes++;
    active.changes++;
    active.writers++;
    return active;
  }

  beginSet(key: KeyLike): ActiveKey {
    const active = this.beginFencedSet(key);
    active.certain++;
    return active;
  }

  beginDelete(key: KeyLike): ActiveKey {
    const active = this.beginSet(key);
    active.deletes++;
    return active;
  }

  endWrite(active: ActiveKey): void {
    active.writers--;
    this.changes++;
    active.changes++;
    if (active.readers <= 0 && active.writers <= 0) this.#forget(active);
    const { waiting } = active;
    if (waiting === undefined || active.writers > 0) return;
    active.waiting = undefined;
    for (const then of waiting) then();
  }

  /** Deletes every key: those with something under way hear of it. */
  clearing<T>(clear: () => MaybePromise<T>): MaybePromise<T> {
    for (const active of this.#keys.values()) {
      active.changes++;
      active.certain++;
      active.deletes++;
    }
    this.changes++;
    this.clears++;
    return finish(clear, () => {
      this.changes++;
      this.clears--;
      for (const active of this.#keys.values()) active.changes++;
    });
  }

  /** Others have changed the key. */
  disturb(key: string): void {
    this.changes++;
    const active = this.#keys.get(key);
    if (active) noteDisturbance(active);
  }

  /** Others may have changed any key. */
  disturbAll(): void {
    this.changes++;
    for (const active of this.#keys.values()) noteDisturbance(active);
  }

  /** Calls `then` once the writes of the key have ended, if any is under way now. */
  whenWritten(key: string, then: () => void): void {
    const active = this.#keys.get(key);
    if (active === undefined || active.writers === 0) return;
    active.waiting ??= [];
    active.waiting.push(then);
  }

  #add(text: string): ActiveKey {
    const active: ActiveKey = {
      text,
      readers: 0,
      writers: 0,
      changes: 0,
      disturbances: 0,
      certain: 0,
      deletes: 0,
      waiting: undefined,
    };
    this.#keys.set(text, active);
    return active;
  }

  #forget(active: ActiveKey): void {
    if (this.#keys.get(active.text) === active) this.#keys.delete(active.text);
    // V8 links the table of a grown map to its new table. An aged table in the heap would keep all later
    // tables, with their contents, from being collected young.
    if (this.#keys.size === 0) this.#keys = new Map();
  }
}

function noteDisturbance(active: ActiveKey): void {
  active.changes++;
  active.disturbances++;
}
