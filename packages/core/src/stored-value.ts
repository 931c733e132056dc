/**
 * An entry as a store keeps it. The store must give it back exactly: every field, to the millisecond, and
 * every byte. Times are whole epoch milliseconds, not negative, and computed by core. An adapter does no
 * arithmetic on them beyond giving its store a time to live.
 */
export interface StoredValue<Raw = Uint8Array> {
  /** The serialized and compressed value. Neither core nor an adapter changes it once it is handed over. */
  readonly payload: Raw;
  /** Id of the format that wrote `payload`, such as `json`. */
  readonly format: string;
  /** Id of the compressor that wrote `payload`; undefined if it is not compressed. */
  readonly compressor: string | undefined;
  /** Bytes of the payload before compression; undefined if it is not compressed. */
  readonly decodedBytes: number | undefined;
  readonly createdAt: number;
  /** Undefined: the entry is fresh until it ends. May be later than `expiresAt`: see `CacheValue`. */
  readonly staleAt: number | undefined;
  /** The entry is a miss from this millisecond on. Undefined: it never expires. */
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
  /** Whole milliseconds from 0 to 2^32 − 1; undefined for a value that was not loaded. See `CacheValue`. */
  readonly loadMs?: number | undefined;
}
