import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";

export interface FuzzOptions {
  /**
   * Reads one input. Throws for a fault of the reader, and not for an input that the reader refuses as it
   * should.
   */
  readonly target: (bytes: Uint8Array) => void | Promise<void>;
  /** Inputs to begin with, besides those in `corpus`. */
  readonly seeds: readonly Uint8Array[];
  /**
   * Folder of kept inputs. New ones are written to it where FUZZ_KEEP is set; inputs that fail always are.
   */
  readonly corpus: string;
  /** True if the file of a URL is part of the reader: its blocks guide the search. */
  readonly covers: (url: string) => boolean;
  /** How long to search. Default: FUZZ_SECONDS, or 60. */
  readonly seconds?: number | undefined;
  readonly random?: (() => number) | undefined;
  /** Runs between two looks at the coverage. Default: 500, for runs of microseconds. */
  readonly batch?: number | undefined;
}

export interface FuzzReport {
  readonly runs: number;
  readonly inputs: number;
  readonly blocks: number;
}

/** Asking V8 for its coverage takes as long as many runs: it is asked once a batch. */
const BATCH = 500;
const LONGEST = 4_096;

/**
 * Searches for an input that `target` throws for: mutates inputs, and keeps those that reach code which no
 * other has. V8 counts blocks by itself, so no code is instrumented. The error that is thrown names the file
 * with the input.
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const { seconds = Number(process.env.FUZZ_SECONDS ?? 60) } = options;
  // It computes for as long as it may: tests beside it, which wait for each other, would be late.
  setPriority(constants.priority.PRIORITY_LOW);
  const end = performance.now() + 1_000 * seconds;
  const search = new Search(options, end);
  await search.begin();
  do await search.batch();
  while (performance.now() < end);
  return search.end();
}

class Search {
  readonly #options: FuzzOptions;
  readonly #coverage: Coverage;
  readonly #inputs: Uint8Array[];
  readonly #random: () => number;
  readonly #seen = new Set<string>();
  readonly #end: number;
  #runs = 0;

  constructor(options: FuzzOptions, end: number) {
    this.#options = options;
    this.#end = end;
    this.#coverage = new Coverage(options.covers);
    this.#random = options.random ?? Math.random;
    mkdirSync(options.corpus, { recursive: true });
    const kept = readdirSync(options.corpus).map((file) => readFileSync(join(options.corpus, file)));
    this.#inputs = [...options.seeds, ...kept];
  }

  async begin(): Promise<void> {
    for (const input of this.#inputs) await this.#run(input);
    for (const block of this.#coverage.take()) this.#seen.add(block);
  }

  async batch(): Promise<void> {
    const inputs = Array.from({ length: this.#options.batch ?? BATCH }, () =>
      mutate(this.#any(), this.#any(), this.#random).subarray(0, LONGEST),
    );
    for (const input of inputs) await this.#run(input);
    const blocks = [...this.#coverage.take()].filter((block) => !this.#seen.has(block));
    if (blocks.length > 0) await this.#keepThose(inputs, blocks);
  }

  end(): FuzzReport {
    this.#coverage.stop();
    return { runs: this.#runs, inputs: this.#inputs.length, blocks: this.#seen.size };
  }

  /** Keeps an input for each of the blocks: halves the inputs until one is left that reaches it. */
  async #keepThose(inputs: readonly Uint8Array[], blocks: readonly string[]): Promise<void> {
    // The inputs run again for each half: where a run is slow, that takes longer than the search.
    if (performance.now() > this.#end) return;
    if (inputs.length === 1) {
      for (const block of blocks) this.#seen.add(block);
      return this.#keep(inputs[0] as Uint8Array);
    }
    const middle = Math.ceil(inputs.length / 2);
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      for (const input of half) await this.#run(input);
      const reached = this.#coverage.take();
      const wanted = blocks.filter((block) => reached.has(block) && !this.#seen.has(block));
      if (wanted.length > 0) await this.#keepThose(half, wanted);
    }
  }

  #keep(input: Uint8Array): void {
    this.#inputs.push(Uint8Array.from(input));
    if (process.env.FUZZ_KEEP) this.#write("kept", input);
  }

  #any(): Uint8Array {
    return this.#inputs[Math.floor(this.#random() * this.#inputs.length)] ?? new Uint8Array();
  }

  async #run(input: Uint8Array): Promise<void> {
    this.#runs += 1;
    try {
      await this.#options.target(input);
    } catch (error) {
      throw new Error(`the input in ${this.#write("failed", input)} is a fault`, { cause: error });
    }
  }

  #write(kind: "kept" | "failed", input: Uint8Array): string {
    const name = createHash("sha256").update(input).digest("hex").slice(0, 12);
    const file = join(this.#options.corpus, `${kind}-${name}`);
    writeFileSync(file, input);
    return file;
  }
}
