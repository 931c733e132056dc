import type { DiskSpace, Release } from "./disk-space.ts";

/**
 * Starts writes at once while the disk has room for them. When it has not, writes wait for those before them, in
 * the order in which they were asked for: committed pages tell how much room is left.
 */
export class Turns {
  readonly #space: DiskSpace;
  readonly #renew: () => Promise<unknown>;
  #queue: Promise<unknown> | undefined;
  #renewed: bigint | undefined;

  /** `renew` commits a new state of the store. */
  constructor(space: DiskSpace, renew: () => Promise<unknown>) {
    this.#space = space;
    this.#renew = renew;
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
    let release = claim();
    for (const makeRoom of [() => this.#space.idle(), () => this.#aged()]) {
      if (release) break;
      await makeRoom();
      release = claim();
    }
    if (release === undefined) throw this.#space.refusal();
    return { result: finished(release, start) };
  }

  /** LMDB uses the pages that a commit has left after one more commit. Once for each state: refusals are many. */
  async #aged(): Promise<void> {
    const release = this.#space.state === this.#renewed ? undefined : this.#space.claimRemoval();
    if (release === undefined) return;
    await finished(release, this.#renew).catch(() => undefined);
    this.#renewed = this.#space.state;
  }
}

async function finished<T>(release: Release, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } finally {
    release();
  }
}
