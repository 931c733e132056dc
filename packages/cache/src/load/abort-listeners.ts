/** An object that waits, and that a signal can tell to stop. */
interface Abortable {
  abort(reason: unknown): void;
}

const bySignal = new WeakMap<AbortSignal, AbortListeners>();

/** Has `waiting.abort` called when the signal is aborted. */
export function listenTo(signal: AbortSignal, waiting: Abortable): void {
  const known = bySignal.get(signal);
  if (known) known.add(waiting);
  else bySignal.set(signal, new AbortListeners(signal, waiting));
}

export function forgetSignal(signal: AbortSignal, waiting: Abortable): void {
  bySignal.get(signal)?.delete(waiting);
}

/**
 * One listener of the platform's for all that wait for a signal: Node warns of a leak from the eleventh on.
 */
class AbortListeners {
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<Abortable>();

  constructor(signal: AbortSignal, first: Abortable) {
    this.#signal = signal;
    this.add(first);
  }

  add(waiting: Abortable): void {
    if (this.#waiting.size === 0) this.#signal.addEventListener("abort", this.#tell, { once: true });
    this.#waiting.add(waiting);
  }

  delete(waiting: Abortable): void {
    if (this.#waiting.delete(waiting) && this.#waiting.size === 0)
      this.#signal.removeEventListener("abort", this.#tell);
  }

  readonly #tell = (): void => {
    for (const waiting of this.#waiting) waiting.abort(this.#signal.reason);
  };
}
