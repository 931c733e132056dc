import { messageOf } from "../keys/space-of.ts";

const MESSAGE =
  "notModified() needs a value to keep, and there is none; " +
  "call it only if `hasStale` of the context is true, and load the value otherwise";

/** `notModified()` in a load without a value to keep. */
export class NothingToKeepError extends Error {
  override readonly name = "NothingToKeepError";
  // Private: whoever logs the error prints no key.
  readonly #key: string;

  constructor(key: string) {
    super(messageOf(key, MESSAGE));
    this.#key = key;
  }

  get key(): string {
    return this.#key;
  }
}
