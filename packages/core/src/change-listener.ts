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

/** Ends a watch. */
export type StopWatching = () => void;
