/**
 * What a store keeps under a key, and must give back exactly: every field, to the millisecond, every byte.
 * Times are epoch milliseconds, whole and not negative, absolute, and computed by core; an adapter does no
 * arithmetic on them beyond handing its store a time to live.
 */
export interface StoredValue<Raw = Uint8Array> {
  /** What the value format made, after compression. Never changed by core or by an adapter once handed over. */
  readonly payload: Raw;
  /** Id of the format that wrote `payload`, such as `json`. */
  readonly format: string;
  /** Id of the compressor that wrote `payload`; undefined where it is not compressed. */
  readonly compressor: string | undefined;
  /** Bytes of the payload before compression; undefined where it is not compressed. */
  readonly decodedBytes: number | undefined;
  readonly createdAt: number;
  readonly staleAt: number | undefined;
  /** The entry is a miss from this millisecond on. Undefined: it never expires. */
  readonly expiresAt: number | undefined;
  readonly tags: readonly string[] | undefined;
}
