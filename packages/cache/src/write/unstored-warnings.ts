import { BackendError, type BackendWarning, emitWarning, isRefusal } from "@hitbox/core";
import { tell } from "../channels.ts";

/** Most reasons that are told of. What comes then is on `hitbox:cache:load` alone. */
const MOST_REASONS = 100;

/**
 * Warns of loaded values that no tier takes: each call loads them again. Once for each reason, such as the
 * place in a value that a format refuses.
 */
export class UnstoredWarnings {
  readonly #label: string;
  readonly #listener: (warning: BackendWarning) => void;
  readonly #told = new Set<string>();

  constructor(label: string, listener: (warning: BackendWarning) => void = emitWarning) {
    this.#label = label;
    this.#listener = listener;
  }

  /** Says nothing of a store that is away: its backend tells of that. */
  note(error: unknown): void {
    if (!BackendError.is(error) || !isRefusal(error) || this.#told.size >= MOST_REASONS) return;
    const { backend, code, message: why } = error;
    // Sizes differ from value to value.
    const reason = code === "too-large" ? `${backend} ${code}` : why;
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    const message = `${this.#label}: a value was loaded and cannot be stored, so each call loads it: ${why}`;
    tell(this.#listener, { backend: this.#label, code: "HITBOX_UNSTORED", message });
  }
}
