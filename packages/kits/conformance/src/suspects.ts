import { retell } from "./retell.ts";

/**
 * The cases of one run that have failed. They come in an order in which the plainest come first, so the
 * first of several that fail tells the cause best: each later one points to it.
 */
export class Suspects {
  readonly #failed: number[] = [];
  readonly #sentences: readonly string[];

  constructor(sentences: readonly string[]) {
    this.#sentences = sentences;
  }

  /** Runs a case. If it fails, its error tells which other one to look at first. */
  async during(index: number, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#add(index, error);
      throw error;
    }
  }

  #add(index: number, error: unknown): void {
    const before = this.#failed.filter((other) => other < index);
    this.#failed.push(index);
    if (before.length === 0) return;
    const first = this.#sentences[Math.min(...before)];
    const count = before.length === 1 ? "one plainer case fails" : `${before.length} plainer cases fail`;
    retell(error, (message) => `${message}\n\n${count}, too. Look first at "${first}".`);
  }
}
