import type { ChangeListener, StopWatching } from "@hitbox/core";
import type { WatchCallback } from "./driver.ts";
import type { Items } from "./items.ts";

/**
 * The watches of a driver. unstorage expects a driver with `watch` to report its own changes, too.
 */
export interface Changes {
  watch(callback: WatchCallback): StopWatching;
  areWatched(): boolean;
  tell(event: "update" | "remove", keys: readonly string[]): void;
  removed(keys: readonly string[]): void;
  /** Ends all watches. */
  end(): void;
}

export function changesOf(items: Items): Changes {
  const watches = new Map<WatchCallback, StopWatching>();
  const tell: Changes["tell"] = (event, keys) => {
    for (const callback of [...watches.keys()]) for (const key of keys) callback(event, key);
  };
  /** A look that ends after the watch has ended is not told. */
  const tellOne = (callback: WatchCallback): WatchCallback => {
    return (event, key) => watches.has(callback) && callback(event, key);
  };
  const stop = (callback: WatchCallback): void => {
    watches.get(callback)?.();
    watches.delete(callback);
  };
  return {
    watch(given) {
      const callback = guarded(given);
      watches.set(callback, items.watch?.(listenerFor(tellOne(callback), items)) ?? (() => {}));
      return () => stop(callback);
    },
    areWatched: () => watches.size > 0,
    tell,
    removed: (keys) => tell("remove", keys),
    end() {
      for (const callback of [...watches.keys()]) stop(callback);
    },
  };
}

/** An error of a callback must neither fail a set nor keep the change from others. */
function guarded(given: WatchCallback): WatchCallback {
  return (event, key) => {
    try {
      given(event, key);
    } catch (error) {
      // The kind of the error alone: its text may hold keys.
      const kind = error instanceof Error ? error.name : typeof error;
      const message = `unstorage: a callback of watch threw ${kind}, and may have missed a change`;
      process.emitWarning(message, { type: "HitboxWarning", code: "HITBOX_WATCHER" });
    }
  };
}

/** A backend tells that a key was changed by others, and not how: so the key is looked up. */
function listenerFor(callback: WatchCallback, items: Items): ChangeListener {
  const look = async (key: string): Promise<void> => {
    const isThere = await items.get(key).then(
      (value) => value !== undefined,
      () => true,
    );
    callback(isThere ? "update" : "remove", key);
  };
  return {
    changed: (keys) => keys.forEach((key) => void look(key)),
    // unstorage has no word for changes that went unnoticed.
    lost() {},
    restored() {},
  };
}
