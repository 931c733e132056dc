import type { ActiveKey } from "./key-activity.ts";

/** One set: tells which changes of its key have begun since it began. */
export class SetInProgress {
  private readonly active: ActiveKey;
  private readonly disturbances: number;
  private readonly certain: number;
  private readonly deletes: number;

  /** `active` stands for the key, with the set begun. */
  constructor(active: ActiveKey) {
    this.active = active;
    this.disturbances = active.disturbances;
    this.certain = active.certain;
    this.deletes = active.deletes;
  }

  /** True if no other set or delete of the key that is certain to happen, and no clear, has begun since. */
  isNewest(): boolean {
    return this.active.certain === this.certain;
  }

  /** True if no other change of the key has begun since, by others either: L1 may have the value. */
  isNewestHere(): boolean {
    return this.active.certain === this.certain && this.active.disturbances === this.disturbances;
  }

  /** True if a delete of the key, or a clear, has begun since. */
  isSuperseded(): boolean {
    return this.active.deletes !== this.deletes;
  }

  /** True if others have changed the key since. L2 may have their value: L1 must not answer with this one. */
  isDisturbed(): boolean {
    return this.active.disturbances !== this.disturbances;
  }
}
