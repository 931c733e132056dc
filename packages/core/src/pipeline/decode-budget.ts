/**
 * Bytes that may be decompressed off the thread at one time, in this process: one payload of the default
 * limit.
 */
const PROCESS_BYTES = 64 * 1024 * 1024;

/**
 * Bounds the bytes that are being decoded at one time. A few hundred bytes from a store can ask for a
 * gigabyte: work that does not fit waits, in the order in which it was asked for. Work of more than the whole
 * budget runs alone.
 */
export class DecodeBudget {
  readonly #total: number;
  #used = 0;
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  /** Runs `work` once its bytes fit: at once if they do, and holds them until it has settled. */
  run<R>(bytes: number, work: () => Promise<R>): Promise<R> {
    const held = Math.min(bytes, this.#total);
    if (this.#waiting.length === 0 && this.#fits(held)) return this.#hold(held, work);
    return new Promise<void>((start) => this.#waiting.push({ bytes: held, start })).then(() =>
      this.#settle(held, work),
    );
  }

  #fits(bytes: number): boolean {
    return this.#used + bytes <= this.#total;
  }

  #hold<R>(bytes: number, work: () => Promise<R>): Promise<R> {
    this.#used += bytes;
    return this.#settle(bytes, work);
  }

  async #settle<R>(bytes: number, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } finally {
      this.#used -= bytes;
      this.#startNext();
    }
  }

  #startNext(): void {
    for (let [next] = this.#waiting; next !== undefined && this.#fits(next.bytes); [next] = this.#waiting) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.start();
    }
  }
}

/** The budget of the process, which all backends share. */
export const decodeBudget: DecodeBudget = new DecodeBudget(PROCESS_BYTES);
