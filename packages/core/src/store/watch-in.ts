import type { BackendListener, StopWatching } from "../change-listener.ts";
import type { KeyCodec } from "./key-codec.ts";
import type { Store } from "./store.ts";

/** Watches a store, for one space. A key that is a hash may be any key: then changes have been missed. */
export function watchIn(store: Store, keys: KeyCodec, listener: BackendListener): StopWatching {
  const own: BackendListener = {
    changed(changed, origin) {
      const inSpace = changed.filter((key) => key.startsWith(keys.prefix));
      const known = inSpace.map(keys.fromStore).filter((key) => key !== undefined);
      if (known.length > 0) listener.changed(known, origin);
      if (known.length === inSpace.length) return;
      listener.lost(origin);
      listener.restored(origin);
    },
    lost: (origin) => listener.lost(origin),
    restored: (origin) => listener.restored(origin),
  };
  return store.watch?.(own) ?? (() => {});
}
