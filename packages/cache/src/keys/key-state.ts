/** A delete or an invalidation that has failed. Times are epoch milliseconds. */
export interface PendingDelete {
  /** Entries that were asked for later than this are not meant. */
  readonly at: number;
  /** The number of the change that has failed: later changes have greater ones. */
  readonly change?: number;
  /** When no entry that is meant can be there any more. */
  readonly until: number;
  /** `isWanted`: whether a newer change of the key has not made it pointless meanwhile. */
  run(isWanted: () => boolean): unknown;
  /** Called if it is given up. */
  abandon?(): void;
}

/** The part of a load that its key has to know. */
export interface KeyLoad {
  readonly state: KeyState;
  readonly phase: "reading" | "loading" | "storing" | "done";
  /** Milliseconds of a clock that is not set. */
  readonly began: number;
  /** In milliseconds. A load that began longer ago is not joined. */
  readonly ttl: number;
  /** Tags that the value will have, or that the value has that it replaces. */
  hasTag(tags: readonly string[]): boolean;
  releaseLease(): void;
  missChange(): void;
  abort(reason: unknown): void;
  /** Has `listener` called when it has ended, well or not. */
  whenEnded(listener: () => void): void;
}

/** A key with something under way: a load, or a delete that has not reached every tier yet. */
export class KeyState {
  readonly key: string;
  /**
   * Number of changes of the key that have begun since this object was made. A greater one: something newer
   * has happened.
   */
  version = 0;
  /** The load that new callers of the key join. */
  flight: KeyLoad | undefined;
  /** The load that began last, though new callers may not join it any more. */
  newest: KeyLoad | undefined;
  /** Loads of the key that have not ended, with those that new callers do not join any more. */
  loads = 0;
  pendingDelete: PendingDelete | undefined;

  constructor(key: string) {
    this.key = key;
  }

  /** Something newer has happened: the load is for those who wait for it, and not for the store. */
  outdate(): void {
    this.version += 1;
    const { flight } = this;
    this.flight = undefined;
    flight?.releaseLease();
  }

  /**
   * A change has ended that the load may have missed. The entry that it is reading is no answer for later
   * callers, nor is a stale value that it has read. The loader's answer is one: the loader was called after
   * the change was.
   */
  missChange(): void {
    const { flight } = this;
    if (flight === undefined) return;
    if (flight.phase === "reading") this.flight = undefined;
    flight.missChange();
  }
}
