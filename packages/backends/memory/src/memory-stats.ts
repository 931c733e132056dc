/** Numbers of a memory tier at one moment. */
export interface MemoryStats {
  /** Expired entries that are still there count too. */
  readonly entries: number;
  /**
   * Estimated bytes of all entries: counted if there is a `maxBytes`, else projected from the 100 entries
   * used last. Undefined for a format whose values cannot be measured, such as `reference()`.
   */
  readonly bytes: number | undefined;
  /** Entries that have been dropped for lack of room before their end, since the tier was made. */
  readonly evictions: number;
}
