import { BackendError } from "@hitbox/core";
import { NEEDED, type WarningCode, type Warnings } from "./warnings.ts";

/**
 * Milliseconds for which a refused feature is not tried again: rights can be given while the process runs.
 */
const PAUSE = 10_000;

/** A part of the adapter that a server or proxy may refuse for good, and without which the rest works. */
export class Feature {
  readonly #code: WarningCode;
  readonly #warnings: Warnings;
  #error: BackendError | undefined;
  #until = 0;

  constructor(code: WarningCode, warnings: Warnings) {
    this.#code = code;
    this.#warnings = warnings;
  }

  /** The refusal, for a while after it. */
  get refusal(): BackendError | undefined {
    if (this.#error !== undefined && performance.now() >= this.#until) this.#error = undefined;
    return this.#error;
  }

  /** Says once that the feature is missing. Returns the error of the operation. */
  readonly refused = (cause: Error): BackendError => {
    this.#warnings.say(this.#code, cause.message);
    this.#until = performance.now() + PAUSE;
    const message = `the server refuses this, which needs ${NEEDED[this.#code]}: ${cause.message}`;
    this.#error = new BackendError("unsupported", message, { cause });
    return this.#error;
  };
}
