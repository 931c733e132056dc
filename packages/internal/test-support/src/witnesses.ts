/** Fewer runs than these, as in a replay, say nothing about a share. */
const FEWEST_RUNS = 25;

/**
 * Counts the runs in which there was something to check, so that a law cannot hold only because nothing ever
 * happened.
 */
export class Witnesses {
  #runs = 0;
  #witnessed = 0;

  note(isWitness: boolean): void {
    this.#runs += 1;
    if (isWitness) this.#witnessed += 1;
  }

  /** Fails if the share of witnesses among all runs is under `least`, from 0 to 1. */
  expectShare(least: number, what: string): void {
    if (this.#runs < FEWEST_RUNS) return;
    const share = this.#witnessed / this.#runs;
    if (share >= least) return;
    const found = `${this.#witnessed} of ${this.#runs} runs ${what}`;
    throw new Error(`${found}; expected at least ${100 * least} %. These runs prove too little.`);
  }
}
