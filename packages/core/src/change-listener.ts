import type { Origin } from "./origin.ts";

/**
 * Is notified of the entries of a shared store that others have replaced or removed, so that copies of them
 * can be dropped. A watch begins as lost. The store's client calls these methods: they must not take long.
 * An error that they throw becomes a warning of Node, and a change may be missed.
 */
export interface ChangeListener {
  /** Others have replaced or removed the entries of these keys. Unchanged keys may be among them. */
  changed(keys: readonly string[]): void;
  /** From here on changes go unnoticed: any entry may have been replaced or removed. */
  lost(): void;
  /** Every change from here on is notified. */
  restored(): void;
}

/**
 * Is notified of the changes of a raw backend. Changes through that backend itself are among them, with the
 * origin that they were done for: so a listener can tell its own changes.
 */
export interface BackendListener {
  changed(keys: readonly string[], origin?: Origin): void;
  lost(origin?: Origin): void;
  restored(origin?: Origin): void;
}

/** Ends a watch. */
export type StopWatching = () => void;
