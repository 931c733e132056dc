import type { MaybePromise } from "@hitbox/core";
import { finish } from "./finish.ts";

/** What is under way for one key. */
interface Activity {
  readers: number;
  writers: number;
  /** Sets and deletes begun. */
  writes: number;
  deletes: number;
}

/** One read of L2, from its beginning until its refill has been decided. */
export interface ReadInProgress {
  /** Whether no write of the key has been under way at any time since the read began. */
  undisturbed(): boolean;
  /** Runs what is left to do: until it has ended the read is under way, whatever its caller was told. */
  part<T>(run: () => MaybePromise<T>): MaybePromise<T>;
}

/** One set, from its beginning until the last tier is done with it. */
export interface SetInProgress {
  /** Whether the key has been deleted, or everything cleared, since the set began. */
  superseded(): boolean;
  /** Whether no other set or delete of the key, and no clear, has begun since. */
  isNewest(): boolean;
  /** Runs a tier's part of the set: until it has ended the set is under way, whatever its caller was told. */
  part<T>(run: () => MaybePromise<T>): MaybePromise<T>;
}

/**
 * What is being read from L2 and written, by key: keeps an older value out of a tier that a newer one has reached.
 * Holds an entry only for keys with something under way.
 */
export class KeyActivity {
  readonly #keys = new Map<string, Activity>();
  #clearing = 0;
  #clears = 0;

  reading<T>(key: string, read: (progress: ReadInProgress) => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    const { writes, writers } = activity;
    const clears = this.#clears;
    const quiet = writers === 0 && this.#clearing === 0;
    const part = <R>(run: () => MaybePromise<R>): MaybePromise<R> => this.#reading(key, activity, run);
    const undisturbed = (): boolean => quiet && activity.writes === writes && this.#clears === clears;
    return part(() => read({ undisturbed, part }));
  }

  setting<T>(key: string, set: (progress: SetInProgress) => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    const clears = this.#clears;
    const { deletes } = activity;
    const mine = ++activity.writes;
    const part = <R>(run: () => MaybePromise<R>): MaybePromise<R> => this.#writing(key, activity, run);
    return part(() =>
      set({
        superseded: () => activity.deletes !== deletes || this.#clears !== clears,
        isNewest: () => activity.writes === mine && this.#clears === clears,
        part,
      }),
    );
  }

  deleting<T>(key: string, remove: () => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    activity.writes++;
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

  #reading<T>(key: string, activity: Activity, read: () => MaybePromise<T>): MaybePromise<T> {
    activity.readers++;
    return finish(read, () => {
      activity.readers--;
      this.#forget(key, activity);
    });
  }

  #writing<T>(key: string, activity: Activity, write: () => MaybePromise<T>): MaybePromise<T> {
    activity.writers++;
    return finish(write, () => {
      activity.writers--;
      this.#forget(key, activity);
    });
  }

  #activity(key: string): Activity {
    const known = this.#keys.get(key);
    if (known) return known;
    const activity: Activity = { readers: 0, writers: 0, writes: 0, deletes: 0 };
    this.#keys.set(key, activity);
    return activity;
  }

  #forget(key: string, activity: Activity): void {
    const { readers, writers } = activity;
    if (readers === 0 && writers === 0 && this.#keys.get(key) === activity) this.#keys.delete(key);
  }
}
