import { isPromise, type MaybePromise } from "@hitbox/core";

/** What is under way for one key. */
interface Activity {
  readers: number;
  writers: number;
  /** Sets and deletes begun. */
  writes: number;
  deletes: number;
}

/**
 * Keeps an older value from L2 out of L1: a read that overlaps a write of its key may not refill. Holds an entry only
 * for keys that are being read from L2 or written.
 */
export class RefillGuard {
  readonly #keys = new Map<string, Activity>();
  #clearing = 0;
  #clears = 0;

  /** `mayRefill` says whether no write of the key was under way at any time since `read` began. */
  reading<T>(key: string, read: (mayRefill: () => boolean) => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    const { writes, writers } = activity;
    const clears = this.#clears;
    const quiet = writers === 0 && this.#clearing === 0;
    activity.readers++;
    const end = (): void => {
      activity.readers--;
      this.#forget(key, activity);
    };
    return finish(() => read(() => quiet && activity.writes === writes && this.#clears === clears), end);
  }

  /** `superseded` says whether a delete of the key, or a clear, has begun since. */
  setting<T>(key: string, set: (superseded: () => boolean) => MaybePromise<T>): MaybePromise<T> {
    const { deletes } = this.#activity(key);
    const clears = this.#clears;
    return this.#writing(key, (activity) =>
      set(() => activity.deletes !== deletes || this.#clears !== clears),
    );
  }

  deleting<T>(key: string, remove: () => MaybePromise<T>): MaybePromise<T> {
    return this.#writing(key, (activity) => {
      activity.deletes++;
      return remove();
    });
  }

  clearing<T>(clear: () => MaybePromise<T>): MaybePromise<T> {
    this.#clearing++;
    this.#clears++;
    return finish(clear, () => {
      this.#clearing--;
    });
  }

  #writing<T>(key: string, write: (activity: Activity) => MaybePromise<T>): MaybePromise<T> {
    const activity = this.#activity(key);
    activity.writers++;
    activity.writes++;
    return finish(
      () => write(activity),
      () => {
        activity.writers--;
        this.#forget(key, activity);
      },
    );
  }

  #activity(key: string): Activity {
    const known = this.#keys.get(key);
    if (known) return known;
    const activity: Activity = { readers: 0, writers: 0, writes: 0, deletes: 0 };
    this.#keys.set(key, activity);
    return activity;
  }

  #forget(key: string, { readers, writers }: Activity): void {
    if (readers === 0 && writers === 0) this.#keys.delete(key);
  }
}

/** `try { run() } finally { end() }` over values and promises. */
function finish<T>(run: () => MaybePromise<T>, end: () => void): MaybePromise<T> {
  let result: MaybePromise<T>;
  try {
    result = run();
  } catch (error) {
    end();
    throw error;
  }
  if (isPromise(result)) return result.finally(end);
  end();
  return result;
}
