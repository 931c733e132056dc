import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type Replay, replayOf, textOf } from "./replay.ts";

/**
 * The seeds that failed once in a test file. They are kept beside it, and played again in every run of its
 * tests.
 */
export class KeptSeeds {
  readonly #file: string;

  /** @param testFile the path of `interleavings.test.ts`; its seeds are in `interleavings.seeds.json` */
  constructor(testFile: string) {
    this.#file = testFile.replace(/\.test\.ts$/, ".seeds.json");
  }

  list(): readonly Replay[] {
    return this.#texts().map(replayOf);
  }

  /** Adds the case that failed; the smaller cases that it was shrunk to are found again from it. */
  add({ seed, path }: Replay): void {
    const text = textOf({ seed, path: path?.split(":")[0] });
    const texts = this.#texts();
    if (texts.includes(text)) return;
    writeFileSync(this.#file, `${JSON.stringify([...texts, text], undefined, 2)}\n`);
  }

  #texts(): readonly string[] {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, "utf8")) : [];
  }
}
