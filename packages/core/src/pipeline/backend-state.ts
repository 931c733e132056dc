import type { Backend } from "../backend.ts";
import type { CacheBackendOptions } from "../cache-backend.ts";
import type { ChangeListener } from "../change-listener.ts";
import type { KeyFormat } from "../key-format.ts";
import { type Presence, presenceOf } from "./presence.ts";
import { WriteQueue } from "./write-queue.ts";

/**
 * One raw backend, and all that its typed backends (itself, and itself as a tier of others) have in common.
 */
export interface BackendState {
  readonly backend: Backend<unknown>;
  readonly options: CacheBackendOptions;
  readonly writes: WriteQueue;
  readonly presence: Presence;
  /** Each sends the reads that it holds back for a batch. */
  readonly flushes: (() => void)[];
  readonly watchers: Set<ChangeListener>;
  /**
   * The backend's own. If that has no inverse and the backend is watched, a format that remembers recent
   * keys.
   */
  keyFormat: KeyFormat;
  closing: Promise<void> | undefined;
}

export function backendState(backend: Backend<unknown>, options: CacheBackendOptions): BackendState {
  return {
    backend,
    options,
    writes: new WriteQueue(),
    presence: presenceOf(backend, options.now),
    flushes: [],
    watchers: new Set(),
    keyFormat: backend.keyFormat,
    closing: undefined,
  };
}
