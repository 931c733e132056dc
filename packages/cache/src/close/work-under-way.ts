/**
 * Changes and background work that have begun and not ended. Bounded by the calls that have asked for them.
 */
export class WorkUnderWay {
  readonly #changes = new Set<{ readonly what: string; done: Promise<unknown> }>();
  readonly #background = new Set<Promise<unknown>>();

  /** Runs a change that a caller has asked for, who hears of its failure. */
  run<R>(what: string, change: () => Promise<R>): Promise<R> {
    const item = { what, done: Promise.resolve() as Promise<unknown> };
    this.#changes.add(item);
    const done = this.#run(item, change);
    item.done = done;
    return done;
  }

  /** Holds work that nobody has asked for by name. Its failure is heard of elsewhere. */
  hold(work: Promise<unknown>): void {
    this.#background.add(work);
    const end = (): void => void this.#background.delete(work);
    work.then(end, end);
  }

  get size(): number {
    return this.#changes.size + this.#background.size;
  }

  /** Resolves when nothing is under way. From then on a failure of it is no unhandled rejection. */
  async idle(): Promise<void> {
    while (this.size > 0)
      await Promise.allSettled([...Array.from(this.#changes, ({ done }) => done), ...this.#background]);
  }

  /** The changes that have not ended, such as `["set", "set", "delete"]`. */
  get names(): string[] {
    return Array.from(this.#changes, ({ what }) => what);
  }

  async #run<R>(
    item: { readonly what: string; done: Promise<unknown> },
    change: () => Promise<R>,
  ): Promise<R> {
    try {
      return await change();
    } finally {
      this.#changes.delete(item);
    }
  }
}
