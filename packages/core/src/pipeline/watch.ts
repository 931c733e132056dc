import { BackendError } from "../backend-error.ts";
import type { ChangeListener, StopWatching } from "../change-listener.ts";
import type { KeyFormat } from "../key-format.ts";
import { isPartOf, type Origin } from "../origin.ts";
import { KeyIndex } from "./key-index.ts";
import type { Shared } from "./pipeline.ts";

/** Watches a backend by the text of its keys, but for what is done for `own`. */
export function watch(common: Shared, path: string, own: Origin, listener: ChangeListener): StopWatching {
  const { backend, watchers } = common;
  if (!backend.supports.watch || !backend.watch)
    throw new BackendError("unsupported", `${path}: this backend has no watch`, { backend: path });
  watchers.add(listener);
  if (common.keyFormat.decode === undefined) common.keyFormat = indexed(common.keyFormat, watchers);
  const stop = backend.watch({
    changed(keys, origin) {
      if (isPartOf(origin, own)) return;
      listener.changed(keys.flatMap((key) => textOf(key, common.keyFormat)));
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

// What others write under the prefix need not be a key of this format; then no copy is kept of it either.
function textOf(key: string, format: KeyFormat): string[] {
  try {
    const text = format.decode?.(key) ?? "";
    return text === "" ? [] : [text];
  } catch {
    return [];
  }
}
