import type { DiskSpace, Release } from "./disk-space.ts";

/**
 * Starts writes at once while the disk has room for them. When it has not, writes wait for those before them, in
 * the order in which they were asked for: committed pages tell how much room is left.
 */
export class Turns {
  readonly #space: DiskSpace;
  #queue: Promise<unknown> | undefined;

  constructor(space: DiskSpace) {
    this.#space = space;
  }

  /** @throws BackendError `unavailable` if the disk has too little space left, whatever is committed first. */
  async run<T>(claim: () => Release | undefined, start: () => Promise<T>): Promise<T> {
    const release = this.#queue === undefined ? claim() : undefined;
    if (release) return finished(release, start);
    const turn = this.#turn(claim, start);
    const ended = turn.catch(() => undefined);
    this.#queue = ended;
    void ended.then(() => {
      if (this.#queue === ended) this.#queue = undefined;
    });
    return (await turn).result;
  }

  /** The result is wrapped: the next turn comes once this write has started, not once it has ended. */
  async #turn<T>(claim: () => Release | undefined, start: () => Promise<T>): Promise<{ result: Promise<T> }> {
    await this.#queue;
    const release = claim() ?? (await this.#space.idle(), claim());
    if (release === undefined) throw this.#space.refusal();
    return { result: finished(release, start) };
  }
}

async function finished<T>(release: Release, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } finally {
    release();
  }
}
