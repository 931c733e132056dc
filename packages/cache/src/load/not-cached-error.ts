import { messageOf } from "../keys/space-of.ts";

/** `mode: "only-if-cached"`, and nothing is stored that the call may have. */
export class NotCachedError extends Error {
  override readonly name = "NotCachedError";
  // Private: whoever logs the error prints no key.
  readonly #key: string;

  constructor(key: string) {
    super(messageOf(key, 'the key is not cached, and mode is "only-if-cached", so it was not loaded'));
    this.#key = key;
  }

  get key(): string {
    return this.#key;
  }
}
