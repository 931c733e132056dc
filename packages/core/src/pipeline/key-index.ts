import type { KeyFormat } from "../key-format.ts";

/** Most keys that are remembered. The least recently used one is forgotten first. */
const MOST_KEYS = 100_000;

/** Gives a key format without an inverse one for the keys that were encoded lately. */
export class KeyIndex implements KeyFormat {
  readonly id: string;
  readonly #format: KeyFormat;
  readonly #forgotten: (text: string) => void;
  readonly #texts = new Map<string, string>();

  /** `forgotten` hears of each key that `decode` no longer knows. */
  constructor(format: KeyFormat, forgotten: (text: string) => void) {
    this.id = format.id;
    this.#format = format;
    this.#forgotten = forgotten;
  }

  encode(text: string): string {
    const encoded = this.#format.encode(text);
    this.#texts.delete(encoded);
    this.#texts.set(encoded, text);
    if (this.#texts.size > MOST_KEYS) this.#forgetOldest();
    return encoded;
  }

  /** Empty, as no key is, if the key is not known. */
  decode(encoded: string): string {
    return this.#texts.get(encoded) ?? "";
  }

  #forgetOldest(): void {
    const [[encoded, text] = ["", ""]] = this.#texts;
    this.#texts.delete(encoded);
    this.#forgotten(text);
  }
}
