import { type Profiler, Session } from "node:inspector";

/** Tells which blocks of some files have run since it was last asked. */
export class Coverage {
  readonly #session = new Session();
  readonly #covers: (url: string) => boolean;

  constructor(covers: (url: string) => boolean) {
    this.#covers = covers;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** The blocks that have run since the last call, by their places. */
  take(): Set<string> {
    const blocks = new Set<string>();
    // An inspector session of the own thread answers at once.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      for (const script of answer.result) if (this.#covers(script.url)) note(script, blocks);
    });
    return blocks;
  }

  stop(): void {
    this.#session.disconnect();
  }
}

function note({ scriptId, functions }: Profiler.ScriptCoverage, blocks: Set<string>): void {
  for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
    if (count > 0) blocks.add(`${scriptId}:${startOffset}:${endOffset}`);
  }
}
