import type { Origin } from "./origin.ts";

/**
 * Hears which entries of a shared store others have replaced or removed, so that a copy elsewhere can be dropped. A
 * watch begins as lost. Called from the store's client: must not throw, and must not take long.
 */
export interface ChangeListener {
  /** Others have replaced or removed the entries of these keys. A key may be named that nothing has happened to. */
  changed(keys: readonly string[]): void;
  /** From here on changes go unheard: any entry may have been replaced or removed. */
  lost(): void;
  /** Every change from here on is heard. */
  restored(): void;
}

/**
 * Hears the same of a raw backend, and what was done through that backend itself as well: with the origin that it was
 * done for, by which one can tell what is one's own.
 */
export interface BackendListener {
  changed(keys: readonly string[], origin?: Origin): void;
  lost(origin?: Origin): void;
  restored(origin?: Origin): void;
}

/** Ends a watch. */
export type StopWatching = () => void;
