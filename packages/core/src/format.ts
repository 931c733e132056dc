/**
 * A value format: converts a value to the form that a store keeps, and back. Synchronous and free of side
 * effects.
 *
 * `serialize` throws for a value that it could not give back with the same types. Core reports
 * `serialization`, and the entry that is stored already stays. `deserialize` treats its input as hostile: it
 * throws for input that it did not write (`deserialization`). It gives every caller a value that no other
 * caller can change.
 */
export interface Format<Raw = Uint8Array> {
  /** 1–64 characters of `a-z 0-9 . _ -`, stored with every entry. Same id = same encoding, in every tier. */
  readonly id: string;
  /**
   * `bytes`: `Raw` is a `Uint8Array`. `live`: `Raw` is a value of this process, for in-process stores only.
   */
  readonly kind: "bytes" | "live";
  serialize(value: unknown): Raw;
  deserialize(raw: Raw): unknown;
  /**
   * Live formats only: whether `raw` is itself the value, for all readers to share. A hit then returns it
   * without `deserialize`. Default: false.
   */
  shares?(raw: Raw): boolean;
  /**
   * Live formats only: `serialize`, for a value that was decoded just now and that no reader has yet. The
   * format may keep the value itself, and may change it, as by freezing it. Default: `serialize`.
   */
  adopt?(value: unknown): Raw;
}
