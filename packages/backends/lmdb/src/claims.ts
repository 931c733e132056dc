/** Ends a claim, once its bytes have been written or refused. */
export type Release = () => void;

/** Bytes that have been promised to writes, and that the disk may not show yet. */
export class Claims {
  readonly #waiting: (() => void)[] = [];
  readonly #ended: () => void;
  #pending = 0;

  /** `ended` is called after each claim. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  get pending(): number {
    return this.#pending;
  }

  /** True if all claims have ended. */
  get isIdle(): boolean {
    return this.#pending === 0;
  }

  /** Resolves when all claims have ended. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  add(bytes: number): Release {
    this.#pending += bytes;
    return () => {
      this.#pending -= bytes;
      this.#ended();
      if (this.isIdle) for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }
}
