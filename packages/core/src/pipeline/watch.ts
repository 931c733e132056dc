import { BackendError } from "../backend-error.ts";
import type { ChangeListener, StopWatching } from "../change-listener.ts";
import { guardedListener } from "../guarded-listener.ts";
import type { KeyFormat } from "../key-format.ts";
import { isPartOf, type Origin } from "../origin.ts";
import type { BackendState } from "./backend-state.ts";
import { KeyIndex } from "./key-index.ts";

const NO_WATCH = "this backend has no watch; use one that reports changes, such as redis({ coherence })";

/**
 * Watches a backend by the text of its keys. The listener does not hear of changes that are done for `own`,
 * and an error that it throws reaches nobody else.
 */
export function watch(state: BackendState, path: string, own: Origin, watcher: ChangeListener): StopWatching {
  const { backend, watchers } = state;
  if (!backend.supports.watch || !backend.watch)
    throw new BackendError("unsupported", `${path}: ${NO_WATCH}`, { backend: path });
  const listener = guardedListener(watcher, path);
  watchers.add(listener);
  if (state.keyFormat.decode === undefined) state.keyFormat = indexed(state.keyFormat, watchers);
  const stop = backend.watch({
    changed(keys, origin) {
      if (isPartOf(origin, own)) return;
      listener.changed(keys.flatMap((key) => textOf(key, state.keyFormat)));
    },
    lost(origin) {
      if (!isPartOf(origin, own)) listener.lost();
    },
    restored(origin) {
      if (!isPartOf(origin, own)) listener.restored();
    },
  });
  return () => {
    watchers.delete(listener);
    stop();
  };
}

function indexed(format: KeyFormat, watchers: ReadonlySet<ChangeListener>): KeyFormat {
  return new KeyIndex(format, (text) => {
    for (const watcher of watchers) watcher.changed([text]);
  });
}

// Others may write a key under the prefix that is none of this format. Then no copy of its entry is kept
// either.
function textOf(key: string, format: KeyFormat): string[] {
  try {
    const text = format.decode?.(key) ?? "";
    return text === "" ? [] : [text];
  } catch {
    return [];
  }
}
