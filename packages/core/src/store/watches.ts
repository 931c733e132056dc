import { GapListener } from "../adapter/gap-listener.ts";
import type { BackendListener, StopWatching } from "../change-listener.ts";
import { guardedListener } from "../guarded-listener.ts";
import { isPromise, type MaybePromise } from "../maybe-promise.ts";
import type { Origin } from "../origin.ts";
import type { KeyCodec } from "./key-codec.ts";
import type { Store } from "./store.ts";

/** Keys as `read` takes them, or all entries. */
type Changed = readonly string[] | "all";

/**
 * The watches of one backend. The store tells of changes by others; changes through the backend itself are
 * told here, since only the backend knows their origin and which of them were given up.
 */
export class Watches {
  readonly #store: Store;
  readonly #keys: KeyCodec;
  readonly #watches = new Set<Watch>();

  constructor(store: Store, keys: KeyCodec) {
    this.#store = store;
    this.#keys = keys;
  }

  watch(listener: BackendListener): StopWatching {
    const watch = new Watch(this.#keys, guardedListener(listener, this.#store.label));
    const stop = this.#store.watch?.(watch) ?? (() => {});
    this.#watches.add(watch);
    return () => {
      if (this.#watches.delete(watch)) stop();
    };
  }

  /** Runs a change, and tells of it before it is answered: also if it fails, since it may have been done. */
  around<R>(changed: Changed, origin: Origin | undefined, change: () => MaybePromise<R>): MaybePromise<R> {
    let answer: MaybePromise<R> | undefined;
    try {
      answer = change();
      return isPromise(answer) ? answer.finally(() => this.#tell(changed, origin)) : answer;
    } finally {
      if (!isPromise(answer)) this.#tell(changed, origin);
    }
  }

  /** A change whose caller has been told that it failed has ended. Its origin is not known any more. */
  endedLate(keys: readonly string[] | "all"): void {
    for (const watch of this.#watches) {
      if (keys === "all") watch.missed(undefined);
      else watch.changed(keys);
    }
  }

  #tell(changed: Changed, origin: Origin | undefined): void {
    for (const watch of this.#watches) {
      if (changed === "all") watch.missed(origin);
      else watch.told(changed, origin);
    }
  }
}

/** Listens to a store, for one space of it. */
class Watch extends GapListener {
  readonly #keys: KeyCodec;

  constructor(keys: KeyCodec, listener: BackendListener) {
    super(listener);
    this.#keys = keys;
  }

  /** By the keys of the store. A key that is a hash may be any key: then changes have been missed. */
  override changed(changed: readonly string[], origin?: Origin): void {
    const inSpace = changed.filter((key) => key.startsWith(this.#keys.prefix));
    const known = inSpace.map(this.#keys.fromStore).filter((key) => key !== undefined);
    if (known.length > 0) this.told(known, origin);
    if (known.length < inSpace.length) this.missed(origin);
  }

  /** By the keys that `read` takes. */
  told(keys: readonly string[], origin: Origin | undefined): void {
    super.changed(keys, origin);
  }
}
