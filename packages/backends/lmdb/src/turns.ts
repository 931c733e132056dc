import type { Release } from "./claims.ts";
import type { DiskSpace } from "./disk-space.ts";

/**
 * Starts writes at once while the disk has room for them. If there is none, a write waits until all earlier
 * ones are committed, as only then the room that is left is known. Writes keep their order.
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

  /** @throws BackendError `unavailable` if the disk has too little space left once all is committed. */
  async run<T>(claim: () => Release | undefined, start: () => Promise<T>): Promise<T> {
    const release = this.#queue === undefined ? claim() : undefined;
    if (release) return this.#finished(release, start);
    const turn = this.#turn(claim, start);
    const ended = turn.catch(() => undefined);
    this.#queue = ended;
    void ended.then(() => {
      if (this.#queue === ended) this.#queue = undefined;
    });
    return (await turn).result;
  }

  /** Wraps the result, so that the next turn comes once this write has started, not once it has ended. */
  async #turn<T>(claim: () => Release | undefined, start: () => Promise<T>): Promise<{ result: Promise<T> }> {
    await this.#queue;
    let release = claim();
    for (const makeRoom of [() => this.#space.claims.idle(), () => this.#aged()]) {
      if (release) break;
      await makeRoom();
      release = claim();
    }
    if (release === undefined) throw this.#space.refusal();
    return { result: this.#finished(release, start) };
  }

  /**
   * Commits a further state: LMDB reuses pages one commit after the one that has freed them. Does so once for
   * each state, as refusals are many.
   */
  async #aged(): Promise<void> {
    const release = this.#space.state === this.#renewed ? undefined : this.#space.claimRemoval();
    if (release === undefined) return;
    await this.#finished(release, this.#renew).catch(() => undefined);
    this.#renewed = this.#space.state;
  }

  async #finished<T>(release: Release, start: () => Promise<T>): Promise<T> {
    try {
      return await start();
    } catch (error) {
      if (isWithoutRoom(error)) this.#space.overestimated();
      throw error;
    } finally {
      release();
    }
  }
}

/** LMDB gives a short write as EIO; the others are EFBIG, ENOSPC, and EDQUOT of Linux and of macOS. */
function isWithoutRoom(error: unknown): boolean {
  return (
    error instanceof Error && [5, 27, 28, 69, 122].includes((error as { code?: unknown }).code as number)
  );
}
