import type { MaybePromise } from "@hitbox/core";
import { finish } from "../finish.ts";

/** What is under way for one key. */
interface Activity {
  readers: number;
  writers: number;
  /** Sets and deletes begun. */
  writes: number;
  /** Those of them that no store refuses. */
  certain: number;
  deletes: number;
  /** Changes by others that have been heard of. */
  disturbances: number;
  /** Who waits for the end of the writes under way. */
  waiting: (() => void)[] | undefined;
}

/** One read of L2, from its beginning until its refill has been decided. */
export interface ReadInProgress {
  /**
   * Whether no write of the key has been under way at any time since the read began, here or as far as is
   * heard.
   */
  undisturbed(): boolean;
  /** Runs work of the read. Until the work has ended the read is under way, even after `end`. */
  part<T>(run: () => MaybePromise<T>): MaybePromise<T>;
  end(): void;
}

/** One set, from its beginning until the last tier is done with it. */
export interface SetInProgress {
  /** Whether the key has been deleted, or everything cleared, since the set began. */
  superseded(): boolean;
  /** Whether no other set or delete of the key that is certain to happen, and no clear, has begun since. */
  isNewest(): boolean;
  /** Whether no change of the key by others has been heard of since the set began. */
  undisturbed(): boolean;
  /** Runs a tier's part of the set: until it has ended the set is under way, whatever its caller was told. */
  part<T>(run: () => MaybePromise<T>): MaybePromise<T>;
}

/**
 * What is being read from L2 and written, by key: keeps an older value out of a tier that a newer one has
 * reached. Holds an entry only for keys with something under way.
 */
export class KeyActivity {
  #keys = new Map<string, Activity>();
  #clearing = 0;
  #clears = 0;

  beginRead(key: string): ReadInProgress {
    const activity = this.#activity(key);
    const { writes, writers, disturbances } = activity;
    const clears = this.#clears;
    const quiet = writers === 0 && this.#clearing === 0;
    const part = <R>(run: () => MaybePromise<R>): MaybePromise<R> => this.#reading(key, activity, run);
    const undisturbed = (): boolean =>
      quiet &&
      activity.writes === writes &&
      activity.disturbances === disturbances &&
      this.#clears === clears;
    activity.readers++;
    return { undisturbed, part, end: () => this.#endRead(key, activity) };
  }

  setting<T>(key: string, set: (progress: SetInProgress) => MaybePromise<T>): MaybePromise<T> {
    this.#activity(key).certain++;
    return this.fencing(key, set);
  }

  /** A set that may be refused: what was begun before it is not made pointless by it. */
  fencing<T>(key: string, set: (progress: SetInProgress) => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    const clears = this.#clears;
    const { deletes, certain, disturbances } = activity;
    activity.writes++;
    const part = <R>(run: () => MaybePromise<R>): MaybePromise<R> => this.#writing(key, activity, run);
    return part(() =>
      set({
        superseded: () => activity.deletes !== deletes || this.#clears !== clears,
        isNewest: () => activity.certain === certain && this.#clears === clears,
        undisturbed: () => activity.disturbances === disturbances,
        part,
      }),
    );
  }

  deleting<T>(key: string, remove: () => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    activity.writes++;
    activity.certain++;
    activity.deletes++;
    return this.#writing(key, activity, remove);
  }

  clearing<T>(clear: () => MaybePromise<T>): MaybePromise<T> {
    this.#clearing++;
    this.#clears++;
    return finish(clear, () => {
      this.#clearing--;
    });
  }

  /** Others have changed the key. */
  disturb(key: string): void {
    const activity = this.#keys.get(key);
    if (activity) activity.disturbances++;
  }

  /** Calls `then` when the key is no longer being written, where it is now; else never. */
  whenWritten(key: string, then: () => void): void {
    const activity = this.#keys.get(key);
    if (activity === undefined || activity.writers === 0) return;
    activity.waiting ??= [];
    activity.waiting.push(then);
  }

  /** Others may have changed any key. */
  disturbAll(): void {
    for (const activity of this.#keys.values()) activity.disturbances++;
  }

  #reading<T>(key: string, activity: Activity, read: () => MaybePromise<T>): MaybePromise<T> {
    activity.readers++;
    return finish(read, () => this.#endRead(key, activity));
  }

  #endRead(key: string, activity: Activity): void {
    activity.readers--;
    this.#forget(key, activity);
  }

  #writing<T>(key: string, activity: Activity, write: () => MaybePromise<T>): MaybePromise<T> {
    activity.writers++;
    return finish(write, () => {
      activity.writers--;
      this.#forget(key, activity);
      if (activity.writers > 0) return;
      const { waiting } = activity;
      activity.waiting = undefined;
      if (waiting) for (const then of waiting) then();
    });
  }

  #activity(key: string): Activity {
    const known = this.#keys.get(key);
    if (known) return known;
    const activity: Activity = {
      readers: 0,
      writers: 0,
      writes: 0,
      certain: 0,
      deletes: 0,
      disturbances: 0,
      waiting: undefined,
    };
    this.#keys.set(key, activity);
    return activity;
  }

  #forget(key: string, activity: Activity): void {
    const { readers, writers } = activity;
    if (readers > 0 || writers > 0 || this.#keys.get(key) !== activity) return;
    this.#keys.delete(key);
    // V8 links the table of a map that has grown to its new one: one that has aged in the heap would keep all
    // that come after it, with what they held, from being collected young.
    if (this.#keys.size === 0) this.#keys = new Map();
  }
}
