type Listener = () => void;

/** Who waits for a signal, by the signal. */
const waiting = new WeakMap<AbortSignal, Waiting>();

/** What `pending` comes to, or the signal's reason once it is aborted; `leave` is called before. */
export function unlessAborted<T>(
  pending: Promise<T>,
  signal: AbortSignal,
  leave: () => void = () => {},
): Promise<T> {
  const all = waiting.get(signal) ?? new Waiting(signal);
  waiting.set(signal, all);
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      leave();
      reject(signal.reason);
    };
    all.add(abort);
    pending.then(resolve, reject).then(() => all.remove(abort));
  });
}

/** One listener of the platform's for all who wait for a signal: Node warns of a leak from the eleventh on. */
class Waiting {
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<Listener>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: Listener): void {
    if (this.#listeners.size === 0) this.#signal.addEventListener("abort", this.#tell, { once: true });
    this.#listeners.add(listener);
  }

  remove(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0)
      this.#signal.removeEventListener("abort", this.#tell);
  }

  readonly #tell = (): void => {
    for (const listener of this.#listeners) listener();
  };
}
