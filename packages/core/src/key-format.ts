/**
 * A key format: turns a key in text form (see `keyText`) into the string that a store is given.
 *
 * Injective: two different texts never share an encoding, whatever well-formed characters they hold.
 */
export interface KeyFormat {
  readonly id: string;
  encode(text: string): string;
  /** The inverse of `encode`. Absent if there is none (`hashed`). */
  decode?(encoded: string): string;
  /**
   * A beginning of the encodings of all texts that begin with `start`, which is well-formed, for stores that
   * list keys. A short one makes a listing slow, not wrong. Default: empty, and all keys are looked at.
   */
  encodeStart?(start: string): string;
}
