/** Opens something at its first use, and anew at the next use if that has failed. */
export class Opener<Opened> {
  readonly #open: () => Promise<Opened>;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;

  constructor(open: () => Promise<Opened>) {
    this.#open = open;
  }

  /** What is open already: its users need not wait. */
  get opened(): Opened | undefined {
    return this.#opened;
  }

  /** All who ask while it is being opened wait for the same. */
  open(): Promise<Opened> {
    this.#opening ??= this.#open().then(
      (opened) => {
        this.#opened = opened;
        return opened;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }
}
